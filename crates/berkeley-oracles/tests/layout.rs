//! Where each field of each sockaddr lies, against the C compiler and the kernel's headers.
//!
//! A probe is generated from berkeley-addr's own table of fields, one C program for each layout, so that a header that is not
//! installed costs its layout only. Compared are offset and width of each named field and the size of the whole;
//! `--nocapture` prints the table. A missing compiler or header is printed as skipped, with the kernel's source that the row
//! follows; with `BERKELEY_STRICT` it fails where a Debian package has that header. Sources: the headers each row cites.

#![allow(missing_docs)]

use core::fmt::Write as _;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use berkeley_addr::Field;

/// What the crate's table does not say of a layout.
struct Layout {
    /// The layout, as the table names it.
    sockaddr: &'static str,
    /// The first field, which is the family.
    family: &'static str,
    /// The header for programs, where the table cites one of the kernel's own.
    header: Option<&'static str>,
    /// The Debian package of the header, if there is one.
    package: Option<&'static str>,
}

const fn linux(sockaddr: &'static str, family: &'static str) -> Layout {
    Layout { sockaddr, family, header: None, package: Some("linux-libc-dev") }
}

/// BlueZ's headers stand for the kernel's own, which are not installed; what they lack no package has.
const fn bluetooth(
    sockaddr: &'static str,
    family: &'static str,
    header: Option<&'static str>,
) -> Layout {
    let package = if header.is_some() { Some("libbluetooth-dev") } else { None };
    Layout { sockaddr, family, header, package }
}

const LAYOUTS: &[Layout] = &[
    Layout { header: Some("sys/socket.h"), ..linux("sockaddr", "sa_family") },
    linux("sockaddr_in", "sin_family"),
    linux("sockaddr_in6", "sin6_family"),
    linux("sockaddr_un", "sun_family"),
    linux("sockaddr_ll", "sll_family"),
    linux("sockaddr_nl", "nl_family"),
    linux("sockaddr_tipc", "family"),
    bluetooth("sockaddr_l2", "l2_family", Some("bluetooth/l2cap.h")),
    bluetooth("sockaddr_rc", "rc_family", Some("bluetooth/rfcomm.h")),
    bluetooth("sockaddr_hci", "hci_family", Some("bluetooth/hci.h")),
    bluetooth("sockaddr_sco", "sco_family", Some("bluetooth/sco.h")),
    bluetooth("sockaddr_iso", "iso_family", None),
    linux("sockaddr_vm", "svm_family"),
    linux("sockaddr_can", "can_family"),
    linux("sockaddr_can:tp", "can_family"),
    linux("sockaddr_can:j1939", "can_family"),
    linux("sockaddr_alg", "salg_family"),
    linux("sockaddr_qrtr", "sq_family"),
    linux("sockaddr_xdp", "sxdp_family"),
];

/// Fields that C declares with fewer bytes than an address may have there, how many, and why.
const OPEN_ENDED: [(&str, usize, &str); 2] = [
    ("sll_addr", 8, "continues to sll_halen, 32 at most"),
    ("salg_name", 64, "continues to the sockaddr's end since Linux 4.12"),
];

#[test]
fn each_field_lies_where_c_has_it() {
    let named: BTreeSet<&str> = LAYOUTS.iter().map(|layout| layout.sockaddr).collect();
    let table: BTreeSet<&str> = Field::ALL.iter().map(|field| field.sockaddr).collect();
    assert_eq!(named, table, "every layout of the table has a row here, and no other");
    let folder = tempfile::tempdir().expect("a folder");
    if let Err(error) = Command::new("cc").arg("--version").output() {
        return skip("every layout", &format!("cc: {error}"), Some("gcc"));
    }
    println!(
        "{:20} {:22} {:>6} {:>5} {:>8} {:>7}",
        "", "", "offset", "width", "C offset", "C width"
    );
    let (mut compared, mut wrong) = (0, String::new());
    for layout in LAYOUTS {
        let fields: Vec<&Field> =
            Field::ALL.iter().filter(|field| field.sockaddr == layout.sockaddr).collect();
        let cited = fields.first().map_or("", |field| field.header);
        let header = layout.header.unwrap_or(cited);
        let said = ask(folder.path(), &probe(layout, header, &fields));
        let Some((size, mut answers)) = numbers(&said) else {
            let why = format!("no {header}; the row follows the kernel's {cited}");
            skip(layout.sockaddr, &why, layout.package);
            continue;
        };
        let mut end = 2;
        if layout.sockaddr != "sockaddr" && answers.next() != Some((0, 2)) {
            let _ =
                writeln!(wrong, "{}.{} is not its first two bytes", layout.sockaddr, layout.family);
        }
        for field in &fields {
            let declared = OPEN_ENDED.iter().find(|(name, ..)| *name == field.name);
            let (width, note) = declared.map_or((field.width, ""), |(_, width, why)| (*width, why));
            // Members of a union do not come in order.
            end = end.max(field.offset + width);
            let ours = (field.offset, width);
            let (name, sockaddr) = (field.name, layout.sockaddr);
            print!("{sockaddr:20} {name:22} {:6} {:5} ", field.offset, field.width);
            if name.is_empty() {
                // The fields around a gap and the size of the whole say where it is.
                println!("(a gap)");
                continue;
            }
            let theirs = answers.next();
            let (offset, width) = theirs.unwrap_or_default();
            println!("{offset:8} {width:7} {note}");
            if theirs != Some(ours) {
                let _ = writeln!(wrong, "{sockaddr}.{name}: {ours:?}, C has {theirs:?}");
            }
            compared += 1;
        }
        // `sockaddr` itself is known by its first two bytes alone.
        if layout.sockaddr != "sockaddr" && end != size {
            let _ = writeln!(wrong, "{}: {end} bytes, C has {size}", layout.sockaddr);
        }
    }
    println!("{compared} fields compared");
    assert!(wrong.is_empty(), "{wrong}");
    assert!(compared > 0 || std::env::var_os("BERKELEY_STRICT").is_none());
}

/// A program that prints the size, then offset and width of the family and of each named field; nothing without its header.
fn probe(layout: &Layout, header: &str, fields: &[&Field]) -> String {
    let c = layout.sockaddr.split(':').next().unwrap_or_default();
    // BlueZ's headers want its first one before them, which the kernel's for IP do not bear beside them.
    let blue = header.starts_with("bluetooth/");
    let before = if blue { "#include <bluetooth/bluetooth.h>\n" } else { "" };
    let mut ask = String::new();
    let family = Some(layout.family).filter(|_| layout.sockaddr != "sockaddr");
    for name in family.into_iter().chain(fields.iter().map(|field| field.name)) {
        if !name.is_empty() {
            let _ = writeln!(ask, "    ASK({name});");
        }
    }
    format!(
        "#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#if __has_include(<{header}>)
{before}#include <{header}>
#define ASK(field) printf(\"%zu %zu\\n\", offsetof(struct {c}, field), sizeof(((struct {c} *)0)->field))
int main(void) {{
    printf(\"%zu 0\\n\", sizeof(struct {c}));
{ask}    return 0;
}}
#else
int main(void) {{ return 0; }}
#endif
"
    )
}

/// Compiles a program, runs it, and gives what it says.
fn ask(folder: &Path, program: &str) -> String {
    let (source, binary) = (folder.join("probe.c"), folder.join("probe"));
    fs::write(&source, program).expect("a file");
    let built = Command::new("cc").arg("-o").args([&binary, &source]).output().expect("cc starts");
    let errors = String::from_utf8_lossy(&built.stderr);
    assert!(built.status.success(), "{program}\n{errors}");
    let ran = Command::new(&binary).output().expect("the probe starts");
    assert!(ran.status.success(), "{}", ran.status);
    String::from_utf8(ran.stdout).expect("digits")
}

/// The size of the whole, and offset and width of each named field behind the family; `None` where the header is missing.
fn numbers(said: &str) -> Option<(usize, impl Iterator<Item = (usize, usize)> + '_)> {
    let mut pairs = said.lines().map(|line| {
        let (offset, width) = line.split_once(' ').expect("two numbers");
        (offset.parse().expect("a number"), width.parse().expect("a number"))
    });
    let (size, _) = pairs.next()?;
    Some((size, pairs))
}

fn skip(what: &str, why: &str, package: Option<&str>) {
    if let Some(package) = package {
        let strict = std::env::var_os("BERKELEY_STRICT").is_some();
        assert!(!strict, "{what}: {why}; {package} is wanted");
    }
    println!("skipped: {what}: {why}");
}
