//! The reading order: a file imports only from files listed above it.
//!
//! Contract: the `mod` lines of a crate root, and of every file with modules of its own, stand in reading order. A path that
//! begins with `crate` or `super` may lead to a file listed above, to an enclosing module or to a module within, never to
//! one listed below; what a module re-exports counts as where it is defined. Tests are left out: they show a file at work with the rest. A
//! file under `src` that no `mod` line names is dead. Source: the Rust reference, "Modules" and "Paths".

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

use crate::finding::{Finding, Source};

/// Names from the crate root down.
type Names = Vec<String>;

/// Checks every crate among the sources.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut reached = HashSet::new();
    for root in sources.iter().filter(|source| is_root(source)) {
        let mut tree = Crate::default();
        tree.read(sources, root, Vec::new());
        findings.extend(tree.check());
        reached.extend(tree.files);
    }
    for source in
        sources.iter().filter(|source| source.is_in_src() && !reached.contains(&source.path))
    {
        findings
            .push(Finding::of(&source.path, "no `mod` line names this file: list it or drop it"));
    }
    findings
}

fn is_root(source: &Source) -> bool {
    let folder = source.folder();
    (folder.ends_with("src") && matches!(source.name(), "lib.rs" | "main.rs"))
        || folder.ends_with("src/bin")
}

/// A crate's modules that are files.
#[derive(Default)]
struct Crate<'s> {
    modules: BTreeMap<Names, Module<'s>>,
    /// All files read, those of tests too.
    files: HashSet<PathBuf>,
}

struct Module<'s> {
    source: &'s Source,
    /// Modules in files of their own, in the order of their `mod` lines.
    children: Vec<String>,
    /// Names brought in by `use`, and the paths they stand for.
    aliases: HashMap<String, Names>,
    references: Vec<Reference>,
}

/// A path in the code, from the crate root.
struct Reference {
    path: Names,
    line: usize,
}

impl<'s> Crate<'s> {
    /// Reads a file and those its `mod` lines name.
    fn read(&mut self, sources: &'s [Source], source: &'s Source, path: Names) {
        self.files.insert(source.path.clone());
        let mut children = Vec::new();
        for declared in source.syntax.items.iter().filter_map(declaration) {
            let name = declared.ident.to_string();
            let Some(file) = find(sources, source, &name) else { continue };
            if is_test(&declared.attrs) {
                self.files.insert(file.path.clone());
                continue;
            }
            children.push(name.clone());
            self.read(sources, file, extended(&path, &name));
        }
        let mut reader = Reader {
            here: path.clone(),
            depth: path.len(),
            found: Vec::new(),
            aliases: HashMap::new(),
        };
        reader.visit_file(&source.syntax);
        let Reader { found: references, aliases, .. } = reader;
        self.modules.insert(path, Module { source, children, aliases, references });
    }

    fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (from, module) in &self.modules {
            for reference in &module.references {
                let to = self.resolve(&reference.path);
                if self.is_below(from, &to) {
                    let advice = format!(
                        "`{}` is listed below `{}`: move the `mod` line or the item",
                        to.join("::"),
                        from.join("::"),
                    );
                    findings.push(Finding::at(&module.source.path, reference.line, advice));
                }
                if reference.path == ["*"] {
                    let advice = "`crate::*` imports what is listed below too: name what is used";
                    findings.push(Finding::at(&module.source.path, reference.line, advice));
                }
            }
        }
        findings
    }

    /// The file a path leads to, through re-exports.
    fn resolve(&self, path: &[String]) -> Names {
        let mut path = path.to_vec();
        // As many re-exports of re-exports as a sane crate has; a circle of them must not hang this.
        for _ in 0..8 {
            let mut at = Names::new();
            while let Some(next) = path.get(at.len()) {
                let deeper = extended(&at, next);
                if !self.modules.contains_key(&deeper) {
                    break;
                }
                at = deeper;
            }
            let alias =
                path.get(at.len()).and_then(|name| self.modules.get(&at)?.aliases.get(name));
            match alias {
                Some(target) => {
                    path = target.iter().chain(path.iter().skip(at.len() + 1)).cloned().collect();
                }
                None => return at,
            }
        }
        path
    }

    /// Does `to` stand below `from` in the list of the module that encloses both?
    fn is_below(&self, from: &[String], to: &[String]) -> bool {
        let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
        let (Some(from_child), Some(to_child)) = (from.get(shared), to.get(shared)) else {
            return false; // one encloses the other
        };
        let Some(module) = from.get(..shared).and_then(|path| self.modules.get(path)) else {
            return false;
        };
        let position = |name| module.children.iter().position(|child| child == name);
        position(to_child) > position(from_child)
    }
}

/// A `mod` line, not a module written in place.
fn declaration(item: &Item) -> Option<&ItemMod> {
    match item {
        Item::Mod(module) if module.content.is_none() => Some(module),
        _ => None,
    }
}

fn find<'s>(sources: &'s [Source], parent: &Source, name: &str) -> Option<&'s Source> {
    let folder = match parent.name() {
        "lib.rs" | "main.rs" | "mod.rs" => parent.folder().to_owned(),
        _ => parent.path.with_extension(""),
    };
    let candidates = [folder.join(name).with_extension("rs"), folder.join(name).join("mod.rs")];
    sources.iter().find(|source| candidates.contains(&source.path))
}

fn extended(path: &[String], name: &str) -> Names {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Path>().is_ok_and(|word| word.is_ident("test")))
    })
}

/// Collects the paths of a file that begin with `crate` or `super`.
struct Reader {
    /// The module the reader is in, modules written in place included.
    here: Names,
    /// How much of it is the file's own.
    depth: usize,
    found: Vec<Reference>,
    aliases: HashMap<String, Names>,
}

impl Reader {
    /// `crate::a::B` and `super::B` from the root; `None` for what begins otherwise.
    fn absolute(&self, path: &[String]) -> Option<Names> {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let rest = match path.first()?.as_str() {
            "crate" => return path.get(1..).map(<[String]>::to_vec),
            "self" => path.get(1..)?,
            "super" => path.get(supers..)?,
            _ => return None,
        };
        let kept = self.here.len().checked_sub(supers)?;
        Some(self.here.iter().take(kept).chain(rest).cloned().collect())
    }

    fn add(&mut self, path: &[String], span: Span) {
        if let Some(path) = self.absolute(path) {
            self.found.push(Reference { path, line: span.start().line });
        }
    }

    fn add_use(&mut self, tree: &UseTree, prefix: &[String], span: Span) {
        match tree {
            UseTree::Path(path) => {
                self.add_use(
                    &path.tree,
                    &extended(prefix, &path.ident.to_string()),
                    path.ident.span(),
                );
            }
            UseTree::Name(name) if name.ident == "self" => self.add(prefix, name.ident.span()),
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                self.add_alias(extended(prefix, &name), name, span);
            }
            UseTree::Rename(rename) => {
                let path = extended(prefix, &rename.ident.to_string());
                self.add_alias(path, rename.rename.to_string(), span);
            }
            UseTree::Glob(_) => self.add(&extended(prefix, "*"), span),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree, prefix, span);
                }
            }
        }
    }

    fn add_alias(&mut self, path: Names, name: String, span: Span) {
        self.add(&path, span);
        // A bare first name is a module declared here, or another crate, which leads nowhere.
        let target =
            self.absolute(&path).unwrap_or_else(|| self.here.iter().cloned().chain(path).collect());
        if self.here.len() == self.depth {
            self.aliases.insert(name, target);
        }
    }

    /// Code inside a macro call is tokens only.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Names = Vec::new();
        let mut begin = Span::call_site();
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    if path.is_empty() {
                        begin = word.span();
                    }
                    path.push(word.to_string());
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => {}
                other => {
                    self.add(&core::mem::take(&mut path), begin);
                    if let TokenTree::Group(group) = other {
                        self.add_tokens(group.stream());
                    }
                }
            }
        }
        self.add(&path, begin);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let attributes = match item {
            Item::Mod(it) => &it.attrs,
            Item::Fn(it) => &it.attrs,
            Item::Use(it) => &it.attrs,
            Item::Impl(it) => &it.attrs,
            _ => return visit::visit_item(self, item),
        };
        if !is_test(attributes) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.here.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.here.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.add_use(&item.tree, &[], item.use_token.span);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let Some(first) = path.segments.first() {
            self.add(&names, first.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.add_tokens(call.tokens.clone());
    }

    /// `pub(super)` and `pub(in crate::a)` import nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A crate whose root lists `low`, `mid` (with `mid::one`, `mid::two`) and `high`; `file` holds `text`, the others nothing.
    fn findings(file: &str, text: &str) -> Vec<String> {
        let files = [
            ("src/lib.rs", "mod low; mod mid; mod high; pub use high::High; pub use mid::Two;"),
            ("src/low.rs", "pub struct Low;"),
            ("src/mid.rs", "mod one; mod two; pub use two::Two;"),
            ("src/mid/one.rs", ""),
            ("src/mid/two.rs", "pub struct Two;"),
            ("src/high.rs", "pub struct High;"),
        ];
        let mut sources = Vec::new();
        for (path, own) in files {
            let text = if path == file { format!("{own}\n{text}") } else { own.to_owned() };
            sources.push(Source::parse(path, text).expect("Rust"));
        }
        if !files.iter().any(|(path, _)| *path == file) {
            sources.push(Source::parse(file, text.to_owned()).expect("Rust"));
        }
        check(&sources).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn planted_imports_are_found() {
        let cases = [
            ("src/high.rs", "use crate::low::Low; use super::mid::two;", ""),
            ("src/low.rs", "use crate::high::High;", "src/low.rs:2: `high` is listed below `low`"),
            ("src/low.rs", "use crate::{high::{self}};", "`high` is listed below `low`"),
            ("src/low.rs", "use super::high;", "`high` is listed below `low`"),
            ("src/low.rs", "fn f() { crate::mid::f(); }", "`mid` is listed below `low`"),
            (
                "src/low.rs",
                "fn f() -> Vec<crate::mid::A> { g!(crate::a(1)) }",
                "`mid` is listed below",
            ),
            (
                "src/low.rs",
                "fn f() { println!(\"{}\", crate::mid::A) }",
                "`mid` is listed below `low`",
            ),
            (
                "src/low.rs",
                "mod inner { fn f() { super::super::mid::f() } }",
                "`mid` is listed below",
            ),
            ("src/low.rs", "mod inner { use super::Low; }", ""),
            ("src/low.rs", "use crate::High;", "`high` is listed below `low`"),
            ("src/low.rs", "use crate::Two;", "`mid::two` is listed below `low`"),
            ("src/low.rs", "use crate::*;", "name what is used"),
            ("src/low.rs", "#[cfg(test)] mod tests { use super::*; use crate::High; }", ""),
            ("src/low.rs", "#[test] fn f() { crate::high::f() }", ""),
            ("src/mid/one.rs", "use super::two::Two;", "`mid::two` is listed below `mid::one`"),
            ("src/mid/one.rs", "use super::Two;", "`mid::two` is listed below `mid::one`"),
            ("src/mid/one.rs", "use crate::high::High;", "`high` is listed below `mid::one`"),
            ("src/mid/two.rs", "use super::one; use crate::low::Low; pub(super) fn f() {}", ""),
            ("src/mid.rs", "use self::two::Two as Other;", ""),
            ("src/lib.rs", "#[cfg(test)] mod trial;", ""),
            ("src/dead.rs", "", "src/dead.rs: no `mod` line names this file"),
        ];
        for (file, text, expected) in cases {
            let found = findings(file, text);
            assert_eq!(found.is_empty(), expected.is_empty(), "{file} {text}: {found:?}");
            assert!(found.join("\n").contains(expected), "{file} {text}: {found:?}");
        }
    }
}
