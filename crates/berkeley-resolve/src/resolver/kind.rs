//! Names that never leave this machine, by their ends. Sources: RFC 6761 sections 6.3 and 6.4 (`localhost`, `invalid`), RFC 7686 (`onion`).

use crate::source;

/// What a name's end says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It may be asked for anywhere.
    Any,
    /// It is this machine, whoever says otherwise but the hosts file.
    Localhost,
    /// It is nowhere, unless the hosts file has it.
    Nowhere,
}

impl Kind {
    pub(super) fn of(name: &str) -> Self {
        let plain = name.strip_suffix('.').unwrap_or(name);
        let top = plain.rsplit('.').next().unwrap_or_default();
        if source::is_localhost(name) {
            Self::Localhost
        } else if ["invalid", "onion"].iter().any(|word| top.eq_ignore_ascii_case(word)) {
            Self::Nowhere
        } else {
            Self::Any
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_names() {
        let table = [
            ("localhost", Kind::Localhost),
            ("A.LocalHost.", Kind::Localhost),
            ("invalid", Kind::Nowhere),
            ("a.INVALID", Kind::Nowhere),
            ("a.onion.", Kind::Nowhere),
            ("a.local", Kind::Any),
            ("onion.example", Kind::Any),
            ("xinvalid", Kind::Any),
            ("localhost.example", Kind::Any),
            (".", Kind::Any),
        ];
        for (name, kind) in table {
            assert_eq!(Kind::of(name), kind, "{name}");
        }
    }
}
