//! An answer: its response code, the records that belong to the question, and for how long they or their absence hold.
//!
//! Contract: `decode` walks the whole message once, so a cut one is malformed as a whole. Records count only where their owner is the
//! question's name or what its aliases lead to, whatever order they stand in; at most 16 aliases are followed, in at most 17 walks.
//! A record whose data are not what its type says is skipped and counted. A truncated message is not looked into: TCP has the rest.
//! Sources: RFC 1034 section 3.6.2, RFC 2181 sections 5.4.1 and 10.1, RFC 2308 section 5, RFC 6891 section 6.1.3.

use core::time::Duration;

use super::data::Data;
use super::edns::{Cookie, Opt};
use super::error::Malformed;
use super::label::NameRef;
use super::message::{Flags, Message, Record, Records, Section, seconds};
use super::name::Name;
use super::number::{Class, Rcode, RecordType};

/// How many aliases are followed.
pub(crate) const ALIASES: usize = 16;

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply<'a> {
    message: Message<'a>,
    /// Behind the question.
    records: Records<'a>,
    ty: RecordType,
    rcode: Rcode,
    opt: Option<Opt<'a>>,
    end: Option<NameRef<'a>>,
    aliases: usize,
    /// The least time to live of the aliases.
    ttl: u32,
    found: usize,
    skipped: usize,
    looped: bool,
}

impl<'a> Reply<'a> {
    /// An answer to a question for this type.
    ///
    /// # Errors
    /// The first fault of the message.
    pub fn decode(message: Message<'a>, ty: RecordType) -> Result<Self, Malformed> {
        let mut questions = message.questions();
        let end = questions.next().transpose()?.map(|question| question.name);
        let mut reply = Self {
            message,
            records: message.behind(questions),
            ty,
            rcode: message.flags().rcode(),
            opt: None,
            end,
            aliases: 0,
            ttl: u32::MAX,
            found: 0,
            skipped: 0,
            looped: false,
        };
        if reply.is_truncated() {
            return Ok(reply);
        }
        let more = reply.walk()?;
        // In most answers all stands in order, and one walk was enough.
        if more || (reply.aliases > 0 && reply.found == 0) {
            reply.follow();
            (reply.found, reply.skipped) = (0, 0);
            for record in reply.answers() {
                reply.count(&record);
            }
        }
        Ok(reply)
    }

    /// Walks all records once: EDNS, the aliases that stand in order, and the records behind them. Tells whether others stand out of order.
    fn walk(&mut self) -> Result<bool, Malformed> {
        let (mut seen, mut left, mut late) = (false, false, false);
        for record in self.records.clone() {
            let record = record?;
            match (record.section, record.ty) {
                (Section::Answer, ty) => {
                    if ty == RecordType::CNAME {
                        let before = self.aliases;
                        self.step(&record);
                        let stepped = self.aliases > before;
                        left |= !stepped;
                        // What stood before belongs to another name, or was not counted.
                        late |= stepped && seen;
                    }
                    seen |= ty != RecordType::CNAME;
                    self.count(&record);
                }
                (Section::Additional, RecordType::OPT) if record.owner.is_root() => {
                    if let (Ok(Data::Opt(opt)), None) = (record.data(), self.opt) {
                        let high = u16::from(opt.extended) << 4;
                        self.rcode = Rcode::new(high | self.rcode.raw());
                        self.opt = Some(opt);
                    }
                }
                _ => {}
            }
        }
        Ok(left || late)
    }

    /// Follows the aliases that stand out of order; those that lead in a circle until there are too many.
    fn follow(&mut self) {
        let mut before = 0;
        while self.aliases > before && !self.looped {
            before = self.aliases;
            for record in self.answers().filter(|record| record.ty == RecordType::CNAME) {
                self.step(&record);
            }
        }
    }

    /// Follows a record, if it is the alias at which the chain has arrived.
    fn step(&mut self, record: &Record<'a>) {
        if matches!(self.ty, RecordType::CNAME | RecordType::ANY)
            || record.class != Class::IN
            || self.end.is_none_or(|end| end != record.owner)
        {
            return;
        }
        let Ok(Data::Cname(target)) = record.data() else { return };
        if self.aliases >= ALIASES || target == record.owner {
            self.looped = true;
            return;
        }
        self.aliases += 1;
        self.ttl = self.ttl.min(seconds(record.raw_ttl));
        self.end = Some(target);
    }

    fn count(&mut self, record: &Record<'a>) {
        if self.belongs(record) {
            *(if record.data().is_ok() { &mut self.found } else { &mut self.skipped }) += 1;
        }
    }

    fn belongs(&self, record: &Record<'a>) -> bool {
        belongs(record, self.ty, self.end)
    }

    fn answers(&self) -> impl Iterator<Item = Record<'a>> + use<'a> {
        let records = self.records.clone().map_while(Result::ok);
        records.take_while(|record| record.section == Section::Answer)
    }

    /// The whole message.
    pub const fn message(&self) -> &Message<'a> {
        &self.message
    }

    /// The response code, with the bits of EDNS.
    pub const fn rcode(&self) -> Rcode {
        self.rcode
    }

    /// Whether there was no room for all. Then there are no records here.
    pub const fn is_truncated(&self) -> bool {
        self.message.flags().contains(Flags::TRUNCATED)
    }

    /// What the server says by EDNS.
    pub const fn opt(&self) -> Option<&Opt<'a>> {
        self.opt.as_ref()
    }

    /// The cookie in it.
    pub fn cookie(&self) -> Option<Cookie> {
        self.opt.and_then(|opt| opt.cookie())
    }

    /// The name that the question's aliases lead to; its own, if it is none. `None` where the answer is a header alone.
    #[doc(alias = "canonical")]
    pub const fn name(&self) -> Option<NameRef<'a>> {
        self.end
    }

    /// The names that are aliases, the question's first: each leads to the next, and the last to [`name`](Self::name).
    pub fn alias_names(&self) -> impl Iterator<Item = NameRef<'a>> + use<'a, '_> {
        let first = self.message.questions().next().and_then(Result::ok);
        let next = |owner: &NameRef<'a>| {
            let mut aliases = self.answers().filter(|record| record.ty == RecordType::CNAME);
            let alias = aliases.find(|record| record.owner == *owner)?;
            match alias.data() {
                Ok(Data::Cname(target)) => Some(target),
                _ => None,
            }
        };
        core::iter::successors(first.map(|question| question.name), next).take(self.aliases)
    }

    /// Whether it repeats the question's name to the bit, if it has one.
    pub(crate) fn repeats(&self, name: &Name) -> bool {
        let question = self.message.questions().next().and_then(Result::ok);
        question.is_none_or(|question| question.name.is_identical(name.view()))
    }

    /// How many aliases that took.
    pub const fn aliases(&self) -> usize {
        self.aliases
    }

    /// Whether the aliases lead in a circle, or are more than sixteen.
    pub const fn is_loop(&self) -> bool {
        self.looped
    }

    /// How many records there are of what was asked for.
    pub const fn found(&self) -> usize {
        self.found
    }

    /// How many of them were skipped, because their data are not what the type says.
    pub const fn skipped(&self) -> usize {
        self.skipped
    }

    /// The records of what was asked for, with their content.
    ///
    /// ```
    /// # use berkeley_resolve::wire::*;
    /// # let name: Name = "example.org".parse().unwrap();
    /// # let mut room = [0; 512];
    /// # let mut builder = Builder::new(&mut room, 7, Flags::RESPONSE);
    /// # builder.question(&name, RecordType::A, Class::IN);
    /// # let ttl = core::time::Duration::from_secs(60);
    /// # builder.record(Section::Answer, &name, RecordType::A, Class::IN, ttl, |data| data.bytes(&[192, 0, 2, 1]));
    /// # let answer = builder.finish().unwrap();
    /// # let query = Query::new(&name, RecordType::A, 7);
    /// if let Verdict::Answer(reply) = query.accept(answer) {
    ///     for (record, data) in reply.records() {
    ///         println!("{} {:?} {data:?}", record.owner, record.ttl());
    ///     }
    /// #   assert_eq!(reply.records().count(), 1);
    /// }
    /// ```
    pub fn records(&self) -> impl Iterator<Item = (Record<'a>, Data<'a>)> + use<'a> {
        let (ty, end) = (self.ty, self.end);
        let records = self.answers().filter(move |record| belongs(record, ty, end));
        // Behind the last of them nobody need look.
        let records = records.take(self.found + self.skipped);
        records.filter_map(|record| record.data().ok().map(|data| (record, data)))
    }

    /// For how long the records hold: the least of theirs and of the aliases that led to them. Zero if there are neither.
    pub fn ttl(&self) -> Duration {
        let least = self.records().map(|(record, _)| seconds(record.raw_ttl)).min();
        let least = least.or_else(|| (self.aliases > 0).then_some(u32::MAX));
        Duration::from_secs(least.map_or(0, |least| u64::from(least.min(self.ttl))))
    }

    /// For how long the absence of records holds, if the server says so: the zone's SOA among the authorities (RFC 2308).
    pub fn negative_ttl(&self) -> Option<Duration> {
        let end = self.end?;
        let records = self.records.clone().map_while(Result::ok);
        let mut zones = records.filter(|record| {
            record.section == Section::Authority
                && record.ty == RecordType::SOA
                && end.is_within(record.owner)
        });
        zones.find_map(|record| match record.data() {
            Ok(Data::Soa(soa)) => {
                let least = seconds(record.raw_ttl).min(seconds(soa.minimum)).min(self.ttl);
                Some(Duration::from_secs(u64::from(least)))
            }
            _ => None,
        })
    }

    /// Whether the server has nothing to say: no records, no authority for the zone, and it asks nobody else.
    pub const fn is_lame(&self) -> bool {
        let flags = self.message.flags();
        let [_, answers, ..] = self.message.counts();
        self.rcode.raw() == Rcode::NOERROR.raw()
            && answers == 0
            && !flags.contains(Flags::AUTHORITATIVE)
            && !flags.contains(Flags::RECURSION_AVAILABLE)
    }
}

/// Whether a record is of what was asked for, and its owner where the aliases have arrived.
fn belongs(record: &Record<'_>, ty: RecordType, end: Option<NameRef<'_>>) -> bool {
    (record.ty == ty || ty == RecordType::ANY)
        && record.class == Class::IN
        && end.is_some_and(|end| end == record.owner)
}
