//! A grammar in RFC 5234's notation, run as it stands: does a text match a rule, and what texts does a rule make?
//!
//! Contract: slow and plain. A match is the set of all places where it can end, so alternatives are in no order. What a
//! grammar cannot say (a number's limit, a key given twice) is a condition on the text that a rule took. Strings match in their
//! own case. Not here, because the grammar has none: prose, binary and decimal values, incremental alternatives.

use std::collections::{BTreeMap, BTreeSet};

use super::random::Random;

/// Whether the text that a rule took is one of its texts: the rule and the text.
pub(crate) type Condition = fn(&str, &str) -> bool;

enum Node {
    Any(Vec<Self>),
    All(Vec<Self>),
    Times(usize, usize, Box<Self>),
    Text(String),
    Range(u8, u8),
    Rule(String),
}

pub(crate) struct Grammar {
    rules: BTreeMap<String, Node>,
    condition: Condition,
}

/// How often `*` repeats at most, in a text that is made.
const SOME: usize = 4;

impl Grammar {
    /// The rules of `text`, and RFC 5234's own.
    pub(crate) fn new(text: &str, condition: Condition) -> Self {
        const CORE: &str =
            "ALPHA = %x41-5A / %x61-7A\nDIGIT = %x30-39\nHEXDIG = DIGIT / %x41-46 / %x61-66";
        let mut rules = BTreeMap::new();
        for rule in joined(CORE).into_iter().chain(joined(text)) {
            let (name, elements) = rule.split_once('=').expect("name = elements");
            let mut rest = elements.trim();
            let node = any(&mut rest);
            assert_eq!(rest, "", "all of {name}");
            let before = rules.insert(name.trim().to_owned(), node);
            assert!(before.is_none(), "{name} once");
        }
        Self { rules, condition }
    }

    /// Whether `rule` matches all of `text`.
    pub(crate) fn matches(&self, rule: &str, text: &str) -> bool {
        text.is_ascii() && self.rule(rule, text, 0).contains(&text.len())
    }

    /// Some text of `rule`; a condition may still refuse it.
    pub(crate) fn make(&self, rule: &str, random: &mut Random) -> String {
        let mut text = String::new();
        self.write(&self.rules[rule], random, &mut text);
        text
    }

    fn rule(&self, rule: &str, text: &str, at: usize) -> BTreeSet<usize> {
        let node = self.rules.get(rule).unwrap_or_else(|| panic!("no rule {rule}"));
        let mut ends = self.ends(node, text, at);
        ends.retain(|&end| (self.condition)(rule, &text[at..end]));
        ends
    }

    fn ends(&self, node: &Node, text: &str, at: usize) -> BTreeSet<usize> {
        let then = |ends: BTreeSet<usize>, node: &Node| -> BTreeSet<usize> {
            ends.into_iter().flat_map(|end| self.ends(node, text, end)).collect()
        };
        match node {
            Node::Any(nodes) => nodes.iter().flat_map(|node| self.ends(node, text, at)).collect(),
            Node::All(nodes) => nodes.iter().fold(BTreeSet::from([at]), then),
            Node::Times(least, most, node) => {
                let mut ends = BTreeSet::from([at]);
                let mut all = if *least == 0 { ends.clone() } else { BTreeSet::new() };
                for time in 1..=*most {
                    ends = then(ends, node);
                    if ends.is_empty() {
                        break;
                    }
                    if time >= *least {
                        all.extend(&ends);
                    }
                }
                all
            }
            Node::Text(word) if text[at..].starts_with(word) => BTreeSet::from([at + word.len()]),
            Node::Range(low, high)
                if text[at..].bytes().next().is_some_and(|b| (*low..=*high).contains(&b)) =>
            {
                BTreeSet::from([at + 1])
            }
            Node::Text(_) | Node::Range(..) => BTreeSet::new(),
            Node::Rule(rule) => self.rule(rule, text, at),
        }
    }

    fn write(&self, node: &Node, random: &mut Random, text: &mut String) {
        match node {
            Node::Any(nodes) => self.write(&nodes[random.below(nodes.len())], random, text),
            Node::All(nodes) => nodes.iter().for_each(|node| self.write(node, random, text)),
            Node::Times(least, most, node) => {
                // Seldom as many as there may be, to meet the limit.
                let most = if random.below(20) == 0 {
                    (*most).min(*least + 130)
                } else {
                    (*most).min(*least + SOME)
                };
                for _ in 0..least + random.below(most - least + 1) {
                    self.write(node, random, text);
                }
            }
            Node::Text(word) => text.push_str(word),
            Node::Range(low, high) => {
                let place =
                    u8::try_from(random.below(usize::from(high - low) + 1)).expect("a byte");
                text.push(char::from(low + place));
            }
            Node::Rule(rule) => self.write(&self.rules[rule], random, text),
        }
    }
}

/// The rules, each on one line and without comments: what begins with a blank goes on.
fn joined(text: &str) -> Vec<String> {
    let mut rules: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut quoted = false;
        let end = line.find(|c| {
            quoted ^= c == '"';
            c == ';' && !quoted
        });
        let line = &line[..end.unwrap_or(line.len())];
        match rules.last_mut() {
            Some(rule) if line.starts_with(' ') => *rule += line,
            _ => rules.push(line.to_owned()),
        }
    }
    rules
}

/// alternation = concatenation *("/" concatenation)
fn any(rest: &mut &str) -> Node {
    let mut nodes = vec![all(rest)];
    while eat(rest, '/') {
        nodes.push(all(rest));
    }
    if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) }
}

fn all(rest: &mut &str) -> Node {
    let mut nodes = Vec::new();
    while !rest.is_empty() && !rest.starts_with(['/', ')', ']']) {
        nodes.push(times(rest));
    }
    Node::All(nodes)
}

/// repetition = [n / [n] "*" [m]] element
fn times(rest: &mut &str) -> Node {
    let least = number(rest);
    if eat(rest, '*') {
        let most = number(rest).unwrap_or(usize::MAX);
        return Node::Times(least.unwrap_or(0), most, Box::new(element(rest)));
    }
    match least {
        Some(count) => Node::Times(count, count, Box::new(element(rest))),
        None => element(rest),
    }
}

fn element(rest: &mut &str) -> Node {
    if eat(rest, '(') {
        let node = any(rest);
        assert!(eat(rest, ')'), "a closing parenthesis");
        return node;
    }
    if eat(rest, '[') {
        let node = any(rest);
        assert!(eat(rest, ']'), "a closing bracket");
        return Node::Times(0, 1, Box::new(node));
    }
    if let Some(text) = rest.strip_prefix('"') {
        let (text, behind) = text.split_once('"').expect("a closing quote");
        *rest = behind.trim_start();
        return Node::Text(text.to_owned());
    }
    if let Some(range) = rest.strip_prefix("%x") {
        let (range, behind) = range.split_at(range.find([' ', ')']).unwrap_or(range.len()));
        *rest = behind.trim_start();
        let (low, high) = range.split_once('-').expect("a range");
        let byte = |digits| u8::from_str_radix(digits, 16).expect("a byte");
        return Node::Range(byte(low), byte(high));
    }
    let len = rest.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(rest.len());
    assert!(len > 0, "an element: {rest}");
    let (name, behind) = rest.split_at(len);
    *rest = behind.trim_start();
    Node::Rule(name.to_owned())
}

fn number(rest: &mut &str) -> Option<usize> {
    let (digits, behind) =
        rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    *rest = behind;
    digits.parse().ok()
}

fn eat(rest: &mut &str, c: char) -> bool {
    let behind = rest.strip_prefix(c);
    *rest = behind.unwrap_or(rest).trim_start();
    behind.is_some()
}
