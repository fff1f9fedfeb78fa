//! Names that never leave this machine, by their ends. Sources: RFC 6761 sections 6.3 and 6.4 (`localhost`, `invalid`), RFC 7686 (`onion`).

/// What a name's end says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It may be asked for anywhere.
    Any,
    /// It is this machine, whoever says otherwise but the hosts file.
    Localhost,
    /// It is nowhere, unless the hosts file has it.
    Nowhere,
}

impl Kind {
    /// Of a name as text, with or without its last dot.
    pub(crate) fn of(name: &str) -> Self {
        let plain = name.strip_suffix('.').unwrap_or(name);
        let top = plain.rsplit('.').next().unwrap_or_default();
        if is_localhost(name) {
            Self::Localhost
        } else if ["invalid", "onion"].iter().any(|word| top.eq_ignore_ascii_case(word)) {
            Self::Nowhere
        } else {
            Self::Any
        }
    }
}

/// `localhost` and whatever ends in it: never a question for a name server.
fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let name = before(name, ".localdomain").unwrap_or(name);
    name.eq_ignore_ascii_case("localhost") || before(name, ".localhost").is_some()
}

/// What stands before this end, in either case.
fn before<'n>(name: &'n str, end: &str) -> Option<&'n str> {
    let at = name.len().checked_sub(end.len())?;
    let (before, found) = name.split_at_checked(at)?;
    found.eq_ignore_ascii_case(end).then_some(before)
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

    #[test]
    fn what_localhost_is() {
        for name in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "a.b.localhost.",
            "localhost.localdomain",
            "a.localhost.localdomain",
        ] {
            assert!(is_localhost(name), "{name}");
        }
        for name in
            ["", ".", "local", "localhosts", "mylocalhost", "localhost.example", "localdomain"]
        {
            assert!(!is_localhost(name), "{name}");
        }
    }
}
