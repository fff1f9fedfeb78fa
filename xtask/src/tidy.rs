//! `cargo xtask tidy`: what no compiler checks.
//!
//! Contract: each check is a function from what it looks at to a list of findings, and has a test that plants a violation
//! and sees it found. One finding is a failure. Looked at are the files git knows or would add.

mod table;

mod document;
mod fence;
mod order;
mod size;
mod word;

use std::fs;

use crate::finding::Source;
use crate::layers;
use crate::options;
use crate::step::{Outcome, Shell};
use crate::workspace::{Result, Workspace};

/// Runs all checks and prints each finding.
///
/// # Errors
/// When there is a finding, or a file that cannot be read or parsed.
pub(crate) fn run(workspace: &Workspace, shell: &mut Shell) -> Result<Outcome> {
    let files = workspace.files()?;
    let mut sources = Vec::new();
    let mut texts = Vec::new();
    for path in files {
        // What is not UTF-8 is data, such as a fuzz corpus.
        let Ok(text) = fs::read_to_string(workspace.root.join(&path)) else { continue };
        if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(Source::parse(&path, text.clone())?);
        }
        texts.push((path, text));
    }
    let mut findings = layers::check(workspace)?;
    findings.extend(order::check(&sources));
    findings.extend(size::check(&sources));
    findings.extend(fence::check(workspace, &sources)?);
    findings.extend(document::check(workspace, &sources, &texts));
    findings.extend(word::check(&sources, &texts));
    findings.extend(options::check(&sources, options::found(&texts)));
    findings.sort();
    for finding in &findings {
        shell.say(&finding.to_string())?;
    }
    shell.say(&size::summary(&sources))?;
    if findings.is_empty() {
        Ok(Outcome::Done(format!("{} files", texts.len())))
    } else {
        Err(format!("{} findings", findings.len()).into())
    }
}
