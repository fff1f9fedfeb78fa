//! nsswitch.conf: each row is a text, and the sources of hosts in it with what differs from their usual actions.

use core::fmt::Write as _;

use berkeley_resolve::conf::{Action, Database, Nsswitch, Status};

use crate::text;

const STATUS: [(Status, &str, Action); 4] = [
    (Status::Success, "S", Action::Return),
    (Status::NotFound, "N", Action::Continue),
    (Status::Unavail, "U", Action::Continue),
    (Status::TryAgain, "T", Action::Continue),
];

fn said(database: &Database) -> String {
    let mut said = Vec::new();
    for source in &database.sources {
        let mut one = text(&source.name);
        for (status, name, usual) in STATUS {
            let action = source.after(status);
            if action != usual {
                let _ = write!(
                    one,
                    " {name}={}",
                    match action {
                        Action::Return => "r",
                        Action::Continue => "c",
                        Action::Merge => "m",
                    }
                );
            }
        }
        said.push(one);
    }
    let rest = if database.understood { "" } else { ", ?" };
    said.join(", ") + rest
}

#[test]
fn every_line_means_what_it_does_to_glibc() {
    let table: &[(&[u8], &str, usize)] = &[
        // The default.
        (b"", "files, dns", 0),
        (b"passwd: files\n", "files, dns", 0),
        (b"# hosts: x\n#hosts: x\n", "files, dns", 0),
        (b"Hosts: x\n", "files, dns", 0),
        (b"hostsx: x\n", "files, dns", 0),
        // Sources.
        (b"hosts: files dns\n", "files, dns", 0),
        (b"hosts: dns files", "dns, files", 0),
        (b"hosts:files\n", "files", 0),
        (b"hosts :\tfiles  dns \n", "files, dns", 0),
        (b"  hosts: files\n", "files", 0),
        (b"hosts files\n", "files", 0),
        (b"hosts:: files\n", "files", 0),
        (b"hosts:\n", "", 0),
        (b"hosts: \n", "", 0),
        (b"hosts: # files\n", "", 0),
        (b"hosts: files # dns\n", "files", 0),
        (b"hosts: files#dns\n", "files", 0),
        (b"hosts: files dns\r\n", "files, dns", 0),
        (b"hosts: files\nhosts: dns\n", "dns", 0),
        (b"hosts: files files\n", "files, files", 0),
        (b"hosts: \xff:=!]\n", "\\xff:=!]", 0),
        (b"hosts: files\0dns\n", "files", 0),
        // Actions.
        (b"hosts: dns [NOTFOUND=return] files\n", "dns N=r, files", 0),
        (b"hosts: dns[NOTFOUND=return]files\n", "dns N=r, files", 0),
        (b"hosts: dns [ notfound = Return ] files\n", "dns N=r, files", 0),
        (b"hosts: resolve [!UNAVAIL=return] dns\n", "resolve N=r T=r, dns", 0),
        (b"hosts: a [!SUCCESS=return]\n", "a N=r U=r T=r", 0),
        (b"hosts: a [!NOTFOUND=continue]\n", "a S=c", 0),
        (b"hosts: a [!UNAVAIL=return UNAVAIL=return]\n", "a N=r U=r T=r", 0),
        (b"hosts: a [SUCCESS=continue NOTFOUND=return UNAVAIL=return TRYAGAIN=return] b\n", "a S=c N=r U=r T=r, b", 0),
        (b"hosts: a [NOTFOUND=return NOTFOUND=continue]\n", "a", 0),
        (b"hosts: a [SUCCESS=merge] b\n", "a S=m, b", 0),
        (b"hosts: a [!SUCCESS=merge] b\n", "a N=m U=m T=m, b", 0),
        (
            b"hosts: mymachines mdns_minimal [NOTFOUND=return] resolve [!UNAVAIL=return] files myhostname dns\n",
            "mymachines, mdns_minimal N=r, resolve N=r T=r, files, myhostname, dns",
            0,
        ),
        // Beyond the grammar.
        (b"hosts: files [] dns\n", "files, ?", 1),
        (b"hosts: a b [\n", "a, b, ?", 1),
        (b"hosts: a b [NOTFOUND=return\n", "a, b N=r, ?", 1),
        (b"hosts: a b [NOTFOUND] c\n", "a, b, ?", 1),
        (b"hosts: a b [NOTFOUND=] c\n", "a, b, ?", 1),
        (b"hosts: a b [=return] c\n", "a, b, ?", 1),
        (b"hosts: a b [FOUND=return] c\n", "a, b, ?", 1),
        (b"hosts: a b [NOTFOUND=stop] c\n", "a, b, ?", 1),
        (b"hosts: a b [! NOTFOUND=return] c\n", "a, b, ?", 1),
        (b"hosts: a b [NOTFOUND=return=x] c\n", "a, b N=r, ?", 1),
        (b"hosts: [NOTFOUND=return] a\n", ", ?", 1),
        (b"hosts: a [NOTFOUND=return] [UNAVAIL=return] b\n", "a N=r, ?", 1),
        (b"hosts: a b [x=y]\nhosts: dns\n", "dns", 1),
        // No lines.
        (b"hosts\n", "files, dns", 1),
        (b": files\n", "files, dns", 1),
    ];
    for (conf, expected, ignored) in table {
        let read = Nsswitch::parse(conf);
        assert_eq!(
            (said(read.hosts()).as_str(), read.ignored()),
            (*expected, *ignored),
            "{}",
            text(conf)
        );
    }
}

#[test]
fn other_databases_have_no_default() {
    let read = Nsswitch::parse(b"services: db files\nprotocols:\n");
    assert_eq!(read.database(b"services").map(said).as_deref(), Some("db, files"));
    assert_eq!(read.database(b"protocols").map(said).as_deref(), Some(""));
    assert_eq!((read.database(b"hosts"), read.database(b"passwd")), (None, None));
}
