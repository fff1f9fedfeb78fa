//! /etc/host.conf: what is left of it.
//!
//! Contract: `multi on` and `trim .domain, .domain` are read, `order` and `reorder` are known and mean nothing here, all else is counted.
//! Values are read even before a trailing comment. Sources: host.conf(5); glibc's resolv/res_hconf.c.

use super::text::{lines, uncommented, words};

/// What /etc/host.conf says; [`Default`] is what an absent or empty one means.
///
/// ```
/// use berkeley_resolve::conf::HostConf;
///
/// let conf = HostConf::parse(b"multi on\ntrim .a.example, .b.example\n");
/// assert!(conf.multi);
/// assert_eq!(conf.trim.concat(), b".a.example.b.example");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostConf {
    /// Whether a name has the addresses of all its lines in /etc/hosts to the C library, rather than of the first. To us it always
    /// has.
    pub multi: bool,
    /// Domains to take off names that are found by their addresses.
    pub trim: Vec<Box<[u8]>>,
    /// How many lines are not understood.
    pub ignored: usize,
}

impl HostConf {
    /// Reads the text of the file.
    pub fn parse(text: &[u8]) -> Self {
        let mut conf = Self::default();
        for line in lines(text).map(uncommented) {
            let mut values = words(line);
            let Some(keyword) = values.next() else { continue };
            let is = |name: &str| keyword.eq_ignore_ascii_case(name.as_bytes());
            let value = values.next().unwrap_or_default();
            if is("multi") && value.eq_ignore_ascii_case(b"on") {
                conf.multi = true;
            } else if is("multi") && value.eq_ignore_ascii_case(b"off") {
                conf.multi = false;
            } else if is("trim") && !value.is_empty() {
                let list =
                    words(line).skip(1).flat_map(|word| word.split(|byte| b",;:".contains(byte)));
                conf.trim.extend(list.filter(|domain| !domain.is_empty()).map(Box::from));
            } else if !is("order") && !is("reorder") {
                conf.ignored += 1;
            }
        }
        conf
    }
}
