//! `berkeley families`: which sockets this kernel opens.
//!
//! Contract: opens every family with every type and the protocols that are known for it, and closes at once: nothing is bound,
//! connected or sent. Opening may make the kernel load a module. Sources: socket(2), address_families(7).

use berkeley::socket::Errno;
use berkeley::{EtherType, Family, Protocol, Socket, Type};
use comfy_table::presets;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

use crate::errno;
use crate::fail::Fail;
use crate::out::Out;

#[derive(clap::Args)]
pub(crate) struct Args {}

const TYPES: [Type; 6] =
    [Type::STREAM, Type::DGRAM, Type::RAW, Type::RDM, Type::SEQPACKET, Type::DCCP];

/// One attempt.
struct Try {
    family: Family,
    ty: Type,
    protocol: Protocol,
    /// What the kernel said, if not yes.
    errno: Option<Errno>,
}

/// It as `--json` prints it.
#[derive(Serialize)]
struct Record {
    family: String,
    #[serde(rename = "type")]
    ty: String,
    protocol: String,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    errno: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Try {
    fn new(family: Family, ty: Type, protocol: Protocol) -> Self {
        let errno = Socket::new(family, ty, protocol).err().and_then(berkeley::Error::errno);
        Self { family, ty, protocol, errno }
    }

    fn record(&self) -> Record {
        Record {
            family: self.family.to_string(),
            ty: self.ty.to_string(),
            protocol: self.protocol_name(),
            ok: self.errno.is_none(),
            errno: self.errno.map(errno::name),
            why: self.errno.map(errno::words),
        }
    }

    /// 0 lets the family choose, whatever the number's own name is.
    fn protocol_name(&self) -> String {
        match (self.family, self.protocol) {
            (Family::NETLINK, protocol) => protocol.name_in(Family::NETLINK).to_string(),
            (_, Protocol::DEFAULT) => "0".to_owned(),
            (family, protocol) => protocol.name_in(family).to_string(),
        }
    }

    /// `SOCK_STREAM`, and the protocol unless it is the default.
    fn label(&self) -> String {
        let ty = self.ty.to_string();
        let ty = ty.trim_start_matches("SOCK_");
        match self.protocol {
            Protocol::DEFAULT if self.family != Family::NETLINK => ty.to_owned(),
            _ => {
                let name = self.protocol_name();
                format!(
                    "{ty}/{}",
                    name.trim_start_matches("IPPROTO_").trim_start_matches("NETLINK_")
                )
            }
        }
    }
}

pub(crate) fn run(_args: &Args, out: &mut Out) -> Result<(), Fail> {
    let families = Family::ALL.iter().copied().filter(|family| *family != Family::UNSPEC);
    if out.is_json() {
        for attempt in families.flat_map(tries) {
            out.record(&attempt.record())?;
        }
        return Ok(());
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    if table.width().is_none() {
        // Not a terminal, but to be read all the same.
        table.set_width(100);
    }
    table.set_header(["family", "opens", "does not"]);
    let mut missing: Vec<(Errno, Vec<String>)> = Vec::new();
    let mut seen: Vec<Errno> = Vec::new();
    for family in families {
        let tries: Vec<_> = tries(family).collect();
        seen.extend(tries.iter().filter_map(|attempt| attempt.errno));
        match same(&tries) {
            Some(errno) => group(&mut missing, errno, family.to_string()),
            None => {
                table.add_row([family.to_string(), opened(&tries), refused(&tries)]);
            }
        }
    }
    out.line(table.trim_fmt())?;
    out.line("")?;
    for (errno, families) in missing {
        out.line(format_args!("{}: {}", errno::name(errno), families.join(" ")))?;
    }
    out.line("")?;
    seen.sort_unstable_by_key(|errno| errno.raw_os_error());
    seen.dedup();
    for errno in seen {
        out.line(format_args!("{}: {}", errno::name(errno), errno::words(errno)))?;
    }
    Ok(())
}

/// All that is tried of a family.
fn tries(family: Family) -> impl Iterator<Item = Try> {
    let plain = TYPES.into_iter().map(|ty| (ty, Protocol::DEFAULT));
    plain.chain(known(family)).map(move |(ty, protocol)| Try::new(family, ty, protocol))
}

/// The protocols that are asked for by name, each with its type.
fn known(family: Family) -> Vec<(Type, Protocol)> {
    let numbered = |ty, numbers: core::ops::RangeInclusive<i32>| {
        numbers.map(|number| (ty, Protocol::new(number))).collect()
    };
    match family {
        Family::INET | Family::INET6 => {
            let icmp = if family == Family::INET { Protocol::ICMP } else { Protocol::ICMPV6 };
            vec![
                (Type::STREAM, Protocol::MPTCP),
                (Type::STREAM, Protocol::SCTP),
                (Type::STREAM, Protocol::SMC),
                (Type::DGRAM, Protocol::UDPLITE),
                (Type::DGRAM, icmp),
                (Type::DGRAM, Protocol::L2TP),
                (Type::RAW, icmp),
                (Type::RAW, Protocol::RAW),
                (Type::SEQPACKET, Protocol::SCTP),
                (Type::DCCP, Protocol::DCCP),
            ]
        }
        // NETLINK_USERSOCK to NETLINK_SMC; 0, NETLINK_ROUTE, is tried with all types.
        Family::NETLINK => numbered(Type::RAW, 1..=22),
        Family::PACKET => vec![(Type::RAW, EtherType::ALL.into())],
        Family::BLUETOOTH => vec![
            (Type::RAW, Protocol::BTPROTO_HCI),
            (Type::SEQPACKET, Protocol::BTPROTO_SCO),
            (Type::STREAM, Protocol::BTPROTO_RFCOMM),
            (Type::RAW, Protocol::BTPROTO_BNEP),
            (Type::RAW, Protocol::BTPROTO_CMTP),
            (Type::RAW, Protocol::BTPROTO_HIDP),
            (Type::STREAM, Protocol::BTPROTO_AVDTP),
            (Type::SEQPACKET, Protocol::BTPROTO_ISO),
        ],
        // CAN_RAW, CAN_BCM, CAN_ISOTP, CAN_J1939
        Family::CAN => [(Type::RAW, 1), (Type::DGRAM, 2), (Type::DGRAM, 6), (Type::DGRAM, 7)]
            .map(|(ty, number)| (ty, Protocol::new(number)))
            .to_vec(),
        // PF_KEY_V2
        Family::KEY => vec![(Type::RAW, Protocol::new(2))],
        // SMCPROTO_SMC6
        Family::SMC => vec![(Type::STREAM, Protocol::new(1))],
        _ => Vec::new(),
    }
}

/// The one answer that all of them got, if it is no.
fn same(tries: &[Try]) -> Option<Errno> {
    let first = tries.first()?.errno?;
    tries.iter().all(|attempt| attempt.errno == Some(first)).then_some(first)
}

fn opened(tries: &[Try]) -> String {
    let labels = tries.iter().filter(|attempt| attempt.errno.is_none()).map(Try::label);
    labels.collect::<Vec<_>>().join(" ")
}

/// By errno: `EPERM: RAW`.
fn refused(tries: &[Try]) -> String {
    let mut groups = Vec::new();
    for attempt in tries {
        if let Some(errno) = attempt.errno {
            group(&mut groups, errno, attempt.label());
        }
    }
    let lines = groups
        .iter()
        .map(|(errno, labels)| format!("{}: {}", errno::name(*errno), labels.join(" ")));
    lines.collect::<Vec<_>>().join("\n")
}

fn group(groups: &mut Vec<(Errno, Vec<String>)>, errno: Errno, label: String) {
    match groups.iter_mut().find(|(known, _)| *known == errno) {
        Some((_, labels)) => labels.push(label),
        None => groups.push((errno, vec![label])),
    }
}
