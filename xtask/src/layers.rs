//! Which crate may use which: the policy, compared with what cargo says.
//!
//! Contract: [`LAYERS`] lists every workspace crate, bottom up, with the crates below it that it uses and the packages from
//! outside that it may use. A dependency that is not in the table is a finding, and so is a row of the table that is not a
//! dependency: changing the table is a design decision. Cargo itself forbids cycles between crates.
//! Sources: cargo's reference, "cargo metadata" and "cargo tree".

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Package};

use crate::finding::Finding;
use crate::workspace::{LIBRARIES, Result, Workspace, output};

/// One crate's row.
struct Layer {
    name: &'static str,
    /// Workspace crates it uses.
    inside: &'static [&'static str],
    /// Packages from outside it uses.
    outside: &'static [&'static str],
    /// Packages from outside it may come to use, and does not have to.
    future: &'static [&'static str],
    /// What its tests may use, or `None` where comparing with others is the crate's purpose.
    tests: Option<&'static [&'static str]>,
}

/// What a library's tests may use: each costs every test run of the crate its build.
const LIBRARY_TESTS: Option<&[&str]> = Some(&["proptest", "tempfile"]);

const LAYERS: &[Layer] = &[
    Layer {
        name: "berkeley-addr",
        inside: &[],
        outside: &["serde", "thiserror"],
        future: &[],
        tests: LIBRARY_TESTS,
    },
    Layer {
        name: "berkeley-sys",
        inside: &[],
        outside: &["libc", "rustix"],
        future: &[],
        tests: LIBRARY_TESTS,
    },
    Layer {
        name: "berkeley-socket",
        inside: &["berkeley-addr", "berkeley-sys"],
        outside: &["mio"],
        future: &["thiserror"],
        tests: LIBRARY_TESTS,
    },
    Layer {
        name: "berkeley-resolve",
        inside: &["berkeley-addr", "berkeley-sys", "berkeley-socket"],
        outside: &["idna", "thiserror"],
        future: &[],
        tests: LIBRARY_TESTS,
    },
    Layer {
        name: "berkeley",
        inside: &["berkeley-addr", "berkeley-socket", "berkeley-resolve"],
        outside: &["thiserror"],
        future: &[],
        tests: LIBRARY_TESTS,
    },
    Layer {
        name: "berkeley-cli",
        inside: &["berkeley"],
        outside: &["clap", "comfy-table", "indicatif", "serde", "serde_json", "sha2"],
        future: &[],
        tests: Some(&["tempfile", "trycmd"]),
    },
    Layer {
        name: "berkeley-python",
        inside: &["berkeley-addr", "berkeley-sys", "berkeley-socket", "berkeley-resolve"],
        outside: &["libc", "pyo3", "pyo3-build-config"],
        future: &[],
        tests: Some(&[]),
    },
    Layer { name: "berkeley-oracles", inside: &[], outside: &[], future: &[], tests: None },
    Layer { name: "berkeley-benches", inside: &[], outside: &["rustix"], future: &[], tests: None },
    Layer { name: "vm-init", inside: &[], outside: &["rustix"], future: &[], tests: Some(&[]) },
    Layer {
        name: "vm-emulator",
        inside: &["berkeley-socket"],
        outside: &[],
        future: &[],
        tests: Some(&[]),
    },
    Layer {
        name: "xtask",
        inside: &[],
        outside: &[
            "cargo_metadata",
            "clap",
            "cpio",
            "proc-macro2",
            "serde_json",
            "syn",
            "tempfile",
        ],
        future: &[],
        tests: Some(&[]),
    },
];

/// How many packages a library may bring along: its own, with default features, without procedural macros.
const BUDGETS: [(&str, usize); 3] =
    [("berkeley-addr", 2), ("berkeley-socket", 8), ("berkeley-resolve", 9)];

/// Compares policy and fact.
pub(crate) fn check(workspace: &Workspace) -> Result<Vec<Finding>> {
    let crates: Vec<Crate> = workspace.packages().iter().map(Crate::from).collect();
    let mut findings = compare(LAYERS, &crates);
    for (name, budget) in BUDGETS {
        let tree = ["tree", "-p", name, "-e", "normal,no-proc-macro", "--prefix", "none"];
        let tree = output(&mut workspace.cargo(tree))?;
        findings.extend(over_budget(name, budget, &tree));
    }
    Ok(findings)
}

/// A crate's dependencies by kind.
struct Crate {
    name: String,
    normal: BTreeSet<String>,
    tests: BTreeSet<String>,
}

impl From<&Package> for Crate {
    fn from(package: &Package) -> Self {
        let of = |wanted| {
            let all = package.dependencies.iter();
            all.filter(|d| (d.kind == DependencyKind::Development) == wanted)
                .map(|d| d.name.clone())
                .collect()
        };
        Self { name: package.name.to_string(), normal: of(false), tests: of(true) }
    }
}

fn compare(layers: &[Layer], crates: &[Crate]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for layer in layers.iter().filter(|layer| !crates.iter().any(|c| c.name == layer.name)) {
        findings.push(policy(format!("{} is no workspace crate: drop its row", layer.name)));
    }
    for found in crates {
        let Some(layer) = layers.iter().find(|layer| layer.name == found.name) else {
            findings.push(policy(format!("{} has no row: decide its layer", found.name)));
            continue;
        };
        let must: BTreeSet<&str> = layer.inside.iter().chain(layer.outside).copied().collect();
        for extra in found
            .normal
            .iter()
            .filter(|name| !must.contains(name.as_str()) && !layer.future.contains(&name.as_str()))
        {
            findings.push(policy(format!("{} may not use {extra}", found.name)));
        }
        for unused in must.iter().filter(|name| !found.normal.contains(**name)) {
            findings.push(policy(format!(
                "{} does not use {unused}: drop it from the row",
                found.name
            )));
        }
        let Some(tests) = layer.tests else { continue };
        // A crate may always test itself through the crates it stands on.
        for extra in found.tests.iter().filter(|name| {
            !tests.contains(&name.as_str()) && !layer.inside.contains(&name.as_str())
        }) {
            let instead = if LIBRARIES.contains(&layer.name) {
                ", move the test to berkeley-oracles"
            } else {
                ""
            };
            findings.push(policy(format!("tests of {} may not use {extra}{instead}", found.name)));
        }
    }
    findings
}

fn over_budget(name: &str, budget: usize, tree: &str) -> Option<Finding> {
    let packages: BTreeSet<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty())
        .collect();
    (packages.len() > budget).then(|| {
        let listed = packages.into_iter().filter_map(|line| line.split(' ').next());
        let listed: Vec<&str> = listed.collect();
        policy(format!(
            "{name} brings {} packages, {budget} are allowed: {}",
            listed.len(),
            listed.join(", ")
        ))
    })
}

fn policy(advice: String) -> Finding {
    Finding::of("xtask/src/layers.rs", advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn policy_and_fact_are_compared_both_ways() {
        type List = &'static [&'static str];
        const BOTTOM: Layer = Layer {
            name: "bottom",
            inside: &[],
            outside: &["libc"],
            future: &["serde"],
            tests: LIBRARY_TESTS,
        };
        let cases: [(&str, List, List, List); 6] = [
            ("bottom", &["libc"], &["proptest"], &[]),
            ("bottom", &["libc", "serde"], &[], &[]),
            ("bottom", &["libc", "top"], &[], &["bottom may not use top"]),
            ("bottom", &[], &[], &["bottom does not use libc"]),
            ("bottom", &["libc"], &["nix"], &["tests of bottom may not use nix"]),
            ("stray", &[], &[], &["bottom is no workspace crate", "stray has no row"]),
        ];
        for (name, normal, tests, expected) in cases {
            let found = Crate { name: name.to_owned(), normal: set(normal), tests: set(tests) };
            let findings: Vec<String> =
                compare(&[BOTTOM], &[found]).iter().map(ToString::to_string).collect();
            assert_eq!(findings.len(), expected.len(), "{findings:?}");
            for (finding, words) in findings.iter().zip(expected) {
                assert!(finding.contains(words), "{finding}");
            }
        }
    }

    #[test]
    fn a_package_counts_once() {
        let tree = "top v0.1.0 (x)\nlibc v0.2.1\nlibc v0.2.1 (*)\n";
        assert_eq!(over_budget("top", 2, tree), None);
        assert!(over_budget("top", 1, tree).is_some());
    }
}
