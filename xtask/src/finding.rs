//! What a tidy check finds, and the source it looks at.
//!
//! Contract: every finding names a place, as `file:line` where there is a line, and says what to do about it.

use core::fmt;
use std::path::{Path, PathBuf};

use crate::workspace::Result;

/// Something to put right.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    file: PathBuf,
    line: usize,
    advice: String,
}

impl Finding {
    /// At a line of a file, counted from one.
    pub(crate) fn at(file: impl Into<PathBuf>, line: usize, advice: impl Into<String>) -> Self {
        Self { file: file.into(), line, advice: advice.into() }
    }

    /// In a file as a whole.
    pub(crate) fn of(file: impl Into<PathBuf>, advice: impl Into<String>) -> Self {
        Self::at(file, 0, advice)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.advice)
    }
}

/// A Rust file, read once for all checks.
pub(crate) struct Source {
    /// Relative to the top folder.
    pub(crate) path: PathBuf,
    /// As it stands.
    pub(crate) text: String,
    /// As Rust reads it.
    pub(crate) syntax: syn::File,
}

impl Source {
    /// Parses a file's text.
    ///
    /// # Errors
    /// When it is not Rust.
    pub(crate) fn parse(path: impl Into<PathBuf>, text: String) -> Result<Self> {
        let path = path.into();
        let syntax = syn::parse_file(&text).map_err(|error| {
            format!("{}:{}: {error}", path.display(), error.span().start().line)
        })?;
        Ok(Self { path, text, syntax })
    }

    /// Is it compiled into a crate, and not a test, an example or a benchmark?
    pub(crate) fn is_in_src(&self) -> bool {
        self.path.components().any(|part| part.as_os_str() == "src")
    }

    /// The name of the file without its folder.
    pub(crate) fn name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    /// The folder it lies in.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or_else(|| Path::new(""))
    }
}
