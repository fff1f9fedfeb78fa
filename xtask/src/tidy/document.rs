//! Documents that point into the tree: does what they point to exist?
//!
//! Contract: README.md and CHANGELOG.md are there. A relative link in a Markdown file leads to a file. docs/ARCHITECTURE.md
//! has a table `| question | file | symbol |` of at least [`QUESTIONS`] rows, and each symbol is defined in its file.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};

use super::table;
use crate::finding::{Finding, Source};
use crate::workspace::Workspace;

const ARCHITECTURE: &str = "docs/ARCHITECTURE.md";
const HEADER: [&str; 3] = ["question", "file", "symbol"];
const QUESTIONS: usize = 10;

/// Looks at all Markdown files.
pub(super) fn check(
    workspace: &Workspace,
    sources: &[Source],
    texts: &[(PathBuf, String)],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for wanted in ["README.md", "CHANGELOG.md", ARCHITECTURE] {
        if !texts.iter().any(|(path, _)| path == Path::new(wanted)) {
            findings.push(Finding::of(wanted, "is missing"));
        }
    }
    for (path, text) in texts.iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "md"))
    {
        let folder = path.parent().unwrap_or_else(|| Path::new(""));
        for (line, target) in links(text) {
            if !workspace.root.join(folder).join(&target).exists() {
                findings.push(Finding::at(path, line, format!("{target} does not exist")));
            }
        }
        if path == Path::new(ARCHITECTURE) {
            findings.extend(answers(text, sources));
        }
    }
    findings
}

/// The relative links outside of code: line and path.
fn links(markdown: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    let mut fenced = false;
    for (index, line) in markdown.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Every second part between backticks is code.
        let prose: Vec<&str> = line.split('`').step_by(2).collect();
        let prose = prose.join("`");
        let inline = prose.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        let definition =
            prose.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, to)| to);
        for target in inline.chain(definition) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") && !file.starts_with("mailto:") {
                links.push((index + 1, file.to_owned()));
            }
        }
    }
    links
}

/// Checks the table of questions.
fn answers(text: &str, sources: &[Source]) -> Vec<Finding> {
    let rows = table::rows(text, &HEADER).unwrap_or_default();
    let mut findings = Vec::new();
    if rows.len() < QUESTIONS {
        let advice = format!("wants a table | {} | of {QUESTIONS} rows", HEADER.join(" | "));
        findings.push(Finding::of(ARCHITECTURE, advice));
    }
    for row in rows {
        let [_, file, symbol] = row.cells.as_slice() else {
            findings.push(Finding::at(ARCHITECTURE, row.line, "three columns, please"));
            continue;
        };
        let Some(source) = sources.iter().find(|source| source.path == Path::new(file)) else {
            findings.push(Finding::at(ARCHITECTURE, row.line, format!("{file} does not exist")));
            continue;
        };
        let mut names = Names::default();
        names.visit_file(&source.syntax);
        let symbol = symbol.trim_end_matches("()").trim_end_matches('!');
        for part in symbol.split("::").filter(|part| !names.0.contains(*part)) {
            findings.push(Finding::at(
                ARCHITECTURE,
                row.line,
                format!("{file} does not define {part}"),
            ));
        }
    }
    findings
}

/// Every name a file defines: items, members, variants, and the types it implements something for.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    fn add(&mut self, name: &syn::Ident) {
        self.0.insert(name.to_string());
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        match item {
            syn::Item::Const(it) => self.add(&it.ident),
            syn::Item::Enum(it) => self.add(&it.ident),
            syn::Item::Macro(it) => it.ident.iter().for_each(|name| self.add(name)),
            syn::Item::Mod(it) => self.add(&it.ident),
            syn::Item::Static(it) => self.add(&it.ident),
            syn::Item::Struct(it) => self.add(&it.ident),
            syn::Item::Trait(it) => self.add(&it.ident),
            syn::Item::Type(it) => self.add(&it.ident),
            syn::Item::Union(it) => self.add(&it.ident),
            syn::Item::Impl(it) => {
                if let syn::Type::Path(of) = &*it.self_ty {
                    of.path.segments.iter().for_each(|segment| self.add(&segment.ident));
                }
            }
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.add(&signature.ident);
    }

    fn visit_impl_item_const(&mut self, constant: &'ast syn::ImplItemConst) {
        self.add(&constant.ident);
    }

    fn visit_trait_item_const(&mut self, constant: &'ast syn::TraitItemConst) {
        self.add(&constant.ident);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.add(&variant.ident);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        field.ident.iter().for_each(|name| self.add(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_outside_of_code() {
        let text = "[a](b.md#c) and [d](https://e) `[f](g)`\n```\n[h](i)\n```\n[j]: k.md\n[l](#m)";
        assert_eq!(links(text), [(1, "b.md".to_owned()), (5, "k.md".to_owned())]);
    }

    #[test]
    fn planted_symbols_are_missed() {
        let code = "struct A { b: u8 } impl C { const D: u8 = 1; fn e() {} } enum F { G } mod h {}";
        let sources = [Source::parse("a.rs", code.to_owned()).expect("Rust")];
        let cases = [
            ("a.rs", "`A`", 0),
            ("a.rs", "`C::e()`", 0),
            ("a.rs", "C::D", 0),
            ("a.rs", "F::G", 0),
            ("a.rs", "A::z", 1),
            ("a.rs", "y::z", 2),
            ("b.rs", "A", 1),
        ];
        for (file, symbol, expected) in cases {
            let row = format!("| where? | {file} | {symbol} |\n");
            let table = format!("| question | file | symbol |\n|-|-|-|\n{}", row.repeat(QUESTIONS));
            assert_eq!(answers(&table, &sources).len(), expected * QUESTIONS, "{symbol}");
        }
        assert_eq!(answers("", &sources).len(), 1);
    }
}
