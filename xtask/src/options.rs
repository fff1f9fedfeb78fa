//! `cargo xtask options`: docs/OPTIONS.md, from the constants of berkeley-socket.
//!
//! Contract: an option is a constant of type `SockOpt` in a file of [`CONSTANTS`]; its doc text begins with the C name between
//! backticks and a colon, and its last line is `Linux 4.18; tcp(7).`: the kernel that brought it, and the source. Its level stands in its value
//! or, of structures, in the table of [`NAMES`]; its codec in the files beside it; its row in a `Level` of [`TRIED`].
//! What is missing of these is a finding, and so is a document that says something else.

use core::fmt::Write as _;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ExprStruct, GenericArgument, Item, Lit, Meta, PathArguments, Type};

use crate::finding::{Finding, Source};
use crate::workspace::{Result, Workspace};

/// The document.
pub(crate) const DOCUMENT: &str = "docs/OPTIONS.md";
const CONSTANTS: &str = "crates/berkeley-socket/src/option";
const NAMES: &str = "crates/berkeley-sys/src/option/name.rs";
const TRIED: &str = "crates/berkeley-socket/tests/options";

/// What stands above the table.
const PREFACE: &str = include_str!("options.md");

/// Distinct Linux options by name, counted in the peers' sources after macro expansion. CPython's are constants for untyped calls.
const PEERS: [(&str, usize); 6] = [
    ("std 1.95", 15),
    ("quinn-udp 0.6.3", 15),
    ("rustix 1.1.6", 66),
    ("nix 0.31.3", 74),
    ("socket2 0.6.5", 76),
    ("CPython 3.13", 123),
];

/// Prints the document.
///
/// # Errors
/// When a source cannot be read, or a constant does not say what the document needs.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let mut sources = Vec::new();
    for path in workspace.files()? {
        if path.extension().is_some_and(|extension| extension == "rs")
            && [CONSTANTS, NAMES, TRIED].iter().any(|place| path.starts_with(place))
        {
            let text = fs::read_to_string(workspace.root.join(&path))?;
            sources.push(Source::parse(path, text)?);
        }
    }
    let mut findings = Vec::new();
    let document = document(&sources, &mut findings);
    for finding in &findings {
        eprintln!("{finding}");
    }
    if !findings.is_empty() {
        return Err(format!("{} findings", findings.len()).into());
    }
    print!("{document}");
    Ok(())
}

/// Compares the document with the sources.
pub(crate) fn check(sources: &[Source], found: Option<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let document = document(sources, &mut findings);
    if found != Some(document.as_str()) {
        let advice = format!("is stale: cargo xtask options > {DOCUMENT}");
        findings.push(Finding::of(DOCUMENT, advice));
    }
    findings
}

/// One constant.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    path: String,
    name: String,
    level: String,
    value: String,
    direction: &'static str,
    since: String,
    source: String,
    tested: String,
}

/// The document, and what its rows lack.
fn document(sources: &[Source], findings: &mut Vec<Finding>) -> String {
    let rows = rows(sources, findings);
    let mut levels: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        *levels.entry(row.level.as_str()).or_default() += 1;
    }
    let everywhere = rows.iter().filter(|row| row.tested == "yes").count();
    let mut text = PREFACE.to_owned();
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n## Count\n\n{} options of {} levels, {everywhere} tested wherever the kernel is new enough and lets us. Typed options of Linux elsewhere: ",
        rows.len(),
        levels.len()
    );
    let peers: Vec<String> = PEERS.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let _ = writeln!(text, "{}.", peers.join(", "));
    text.push_str(
        "\n## Table\n\n| option | C name | level | value | | since | source | tested |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for row in &rows {
        let Row { path, name, level, value, direction, since, source, tested } = row;
        let _ = writeln!(
            text,
            "| `{path}` | {name} | {level} | {value} | {direction} | {since} | {source} | {tested} |"
        );
    }
    text
}

fn rows(sources: &[Source], findings: &mut Vec<Finding>) -> Vec<Row> {
    let within =
        |folder: &'static str| sources.iter().filter(move |source| source.path.starts_with(folder));
    let levels: HashMap<&str, &str> =
        within(NAMES).flat_map(|source| source.text.lines().filter_map(named)).collect();
    let codecs: HashMap<&str, String> =
        within(CONSTANTS).flat_map(|source| codecs(&source.text)).collect();
    let mut tried = Tried::default();
    for source in within(TRIED) {
        tried.visit_file(&source.syntax);
    }
    let mut rows = Vec::new();
    for source in within(CONSTANTS) {
        let module = source.path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        for item in &source.syntax.items {
            let Item::Const(constant) = item else { continue };
            let Some((codec, direction)) = option(&constant.ty) else { continue };
            if !matches!(constant.vis, syn::Visibility::Public(_)) {
                continue;
            }
            let path = format!("{module}::{}", constant.ident);
            let mut lacks = |what: &str| {
                let line = constant.ident.span().start().line;
                findings.push(Finding::at(&source.path, line, format!("{path}: {what}")));
                String::new()
            };
            let doc = doc(&constant.attrs);
            let name = doc.first().and_then(|line| line.trim().strip_prefix('`')?.split_once("`:"));
            let last = doc.last().and_then(|line| {
                line.trim().strip_prefix("Linux ")?.strip_suffix('.')?.split_once("; ")
            });
            let row = Row {
                name: name.map_or_else(
                    || lacks("begin its text with its `C_NAME`:"),
                    |(name, _)| name.to_owned(),
                ),
                level: level(&constant.expr, &levels).unwrap_or_else(|| lacks("of which level?")),
                value: value(&codec, &codecs).unwrap_or_else(|| lacks("its codec has no text")),
                direction,
                since: last.map_or_else(
                    || lacks("end its text with `Linux 4.18; tcp(7).`"),
                    |(since, _)| since.to_owned(),
                ),
                source: last.map_or_else(String::new, |(_, source)| source.to_owned()),
                tested: tried
                    .0
                    .get(&path)
                    .cloned()
                    .unwrap_or_else(|| lacks("has no row in its test")),
                path: path.clone(),
            };
            rows.push(row);
        }
    }
    rows
}

/// `NAME: Layout = LEVEL NUMBER;`
fn named(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.trim().strip_suffix(';')?.split_once(": ")?;
    let (_, numbers) = rest.rsplit_once(" = ")?;
    Some((name, numbers.split_once(' ')?.0))
}

/// Of each `Codec: Layout => Value {` of a text, its value and its doc text.
fn codecs(text: &str) -> Vec<(&str, String)> {
    let mut doc = "";
    let mut codecs = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("/// ") {
            doc = text;
        } else if let Some((name, rest)) = line.split_once(": ") {
            let value = rest.split_once(" => ").and_then(|(_, value)| value.strip_suffix(" {"));
            if let Some(value) = value {
                codecs.push((name, format!("`{value}`: {}", doc.trim_end_matches('.'))));
            }
        }
    }
    codecs
}

/// The codec and direction of a `SockOpt`.
fn option(ty: &Type) -> Option<(String, &'static str)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "SockOpt")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut words = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(spelled(ty)),
        _ => None,
    });
    let codec = words.next()?;
    let direction = match words.next().as_deref() {
        None => "get, set",
        Some("Get") => "get",
        Some(_) => "set",
    };
    Some((codec, direction))
}

/// A type as one writes it: `As<[u32; 8]>`.
fn spelled(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map_or_else(String::new, |last| {
            let name = last.ident.to_string();
            match &last.arguments {
                PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
                    Some(GenericArgument::Type(inner)) => format!("{name}<{}>", spelled(inner)),
                    _ => name,
                },
                _ => name,
            }
        }),
        Type::Array(array) => match &array.len {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Int(len) => format!("[{}; {len}]", spelled(&array.elem)),
                _ => String::new(),
            },
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// What users hold.
fn value(codec: &str, codecs: &HashMap<&str, String>) -> Option<String> {
    let inner = |outer: &str| codec.strip_prefix(outer)?.strip_suffix('>');
    if let Some(own) = inner("As<") {
        return Some(format!("`{own}`"));
    }
    if let Some(element) = inner("List<") {
        return Some(format!("`Vec<{element}>`"));
    }
    codecs.get(codec).cloned()
}

/// The level that a constant's value names, itself or through its name.
fn level(value: &Expr, levels: &HashMap<&str, &str>) -> Option<String> {
    let Expr::Call(call) = value else { return None };
    let Expr::Path(first) = call.args.first()? else { return None };
    let word = first.path.segments.last()?.ident.to_string();
    let is_level = call.args.len() == 2;
    if is_level { Some(word) } else { levels.get(word.as_str()).map(|level| (*level).to_owned()) }
}

fn doc(attributes: &[Attribute]) -> Vec<String> {
    let text = |attribute: &Attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => literal(&pair.value),
        _ => None,
    };
    attributes.iter().filter_map(text).collect()
}

fn literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Of each row of the test, what it needs.
#[derive(Default)]
struct Tried(HashMap<String, String>);

impl<'ast> Visit<'ast> for Tried {
    fn visit_expr_struct(&mut self, level: &'ast ExprStruct) {
        let field = |name: &str| {
            level.fields.iter().find_map(|field| match &field.member {
                syn::Member::Named(word) if word == name => Some(&field.expr),
                _ => None,
            })
        };
        if let (Some(name), Some(needs), Some(Expr::Reference(rows))) =
            (field("name").and_then(literal), field("needs").and_then(literal), field("rows"))
            && let Expr::Array(rows) = &*rows.expr
        {
            for row in &rows.elems {
                let Expr::Tuple(row) = row else { continue };
                let mut words = row.elems.iter().filter_map(literal);
                if let (Some(option), Some(also)) = (words.next(), words.next()) {
                    let needs = format!("{needs} {also}");
                    let tested = match needs.trim() {
                        "" => "yes".to_owned(),
                        needs => format!("where there is {needs}"),
                    };
                    self.0.insert(format!("{name}::{option}"), tested);
                }
            }
        }
        visit::visit_expr_struct(self, level);
    }
}

/// The text of the document among `texts`.
pub(crate) fn found(texts: &[(std::path::PathBuf, String)]) -> Option<&str> {
    texts.iter().find(|(path, _)| path == Path::new(DOCUMENT)).map(|(_, text)| text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(doc: &str, needs: &str) -> Vec<Source> {
        let constants = format!(
            "{doc}\npub const NODELAY: SockOpt<Flag> = SockOpt::plain(opt::IPPROTO_TCP, opt::TCP_NODELAY);\n\
             /// `TCP_INFO`: what.\n/// Linux 2.4; tcp(7).\n\
             pub const INFO: SockOpt<As<[u8; 4]>, Get> = SockOpt::of(option::TCP_INFO);\n"
        );
        let test = format!(
            "const TCP: Level = Level {{ name: \"tcp\", needs: \"\", rows: &[\n\
             (\"NODELAY\", \"\", f), (\"INFO\", \"{needs}\", f)] }};"
        );
        [
            (
                format!("{CONSTANTS}/codec.rs"),
                "codecs! {\n/// A flag.\nFlag: i32 => bool {\n} }".to_owned(),
            ),
            (format!("{CONSTANTS}/tcp.rs"), constants),
            (NAMES.to_owned(), "names! {\nTCP_INFO: [u8; 4] = IPPROTO_TCP TCP_INFO;\n}".to_owned()),
            (format!("{TRIED}/tcp.rs"), test),
        ]
        .map(|(path, text)| Source::parse(path, text).expect("Rust"))
        .into()
    }

    #[test]
    fn constants_become_rows() {
        let mut findings = Vec::new();
        let text = document(
            &sources("/// `TCP_NODELAY`: at once.\n/// Linux 2.2; tcp(7).", "luck"),
            &mut findings,
        );
        assert_eq!(findings, []);
        for row in [
            "| `tcp::NODELAY` | TCP_NODELAY | IPPROTO_TCP | `bool`: A flag | get, set | 2.2 | tcp(7) | yes |",
            "| `tcp::INFO` | TCP_INFO | IPPROTO_TCP | `[u8; 4]` | get | 2.4 | tcp(7) | where there is luck |",
            "\n2 options of 1 levels, 1 tested",
        ] {
            assert!(text.contains(row), "{row}\n{text}");
        }
        let good = sources("/// `TCP_NODELAY`: at once.\n/// Linux 2.2; tcp(7).", "luck");
        assert_eq!(check(&good, Some(&text)), []);
        assert_eq!(check(&good, Some("else")).len(), 1);
        assert_eq!(check(&good, None).len(), 1);
    }

    #[test]
    fn planted_gaps_are_found() {
        for (doc, count) in [("/// At once.", 2), ("/// `TCP_NODELAY`: at once.", 1), ("", 2)] {
            let mut findings = Vec::new();
            document(&sources(doc, ""), &mut findings);
            assert_eq!(findings.len(), count, "{doc}: {findings:?}");
        }
        let mut findings = Vec::new();
        let mut without = sources("/// `TCP_NODELAY`: at once.\n/// Linux 2.2; tcp(7).", "");
        without.truncate(2);
        document(&without, &mut findings);
        assert_eq!(findings.len(), 3, "a level and two rows: {findings:?}");
    }
}
