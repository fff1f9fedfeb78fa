//! DNS messages: names, questions, records; written into a buffer, read where they lie.
//!
//! Contract: pure and total. Any bytes are read or refused without a panic, without allocation, and in time that grows no faster than
//! their number; nothing is cut, filled up or read beyond its end. What is random is given by the caller.
//! Sources: RFC 1035, with RFC 2181, 2308, 3596, 4343, 5452, 6891, 7873, 9267 and 9460.
//!
//! ```
//! use berkeley_resolve::wire::{Data, Query, RecordType, Verdict};
//!
//! let name = "example.org".parse()?;
//! let query = Query::new(&name, RecordType::A, 0x2a2a);
//! let mut room = [0; Query::ROOM];
//! let question = query.encode(&mut room)?;
//! // Sent to a server, it would come back with an answer; it is none itself.
//! match query.accept(question) {
//!     Verdict::Answer(reply) => {
//!         for (_, data) in reply.records() {
//!             let Data::A(ip) = data else { continue };
//!             println!("{ip}");
//!         }
//!     }
//!     Verdict::Malformed(why) => println!("{why}"),
//!     Verdict::Ignored(why) => println!("not an answer: {why:?}"),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// In reading order.
mod number;
mod error;
mod label;
mod name;
mod cursor;
mod edns;
mod svcb;
mod data;
mod message;
mod builder;
mod reply;
mod query;

pub use builder::{Builder, DataBuilder};
pub use data::{Data, Soa, Strings, StringsIter};
pub use edns::{Cookie, Opt, Options, OptionsIter};
pub use error::{Fault, Malformed, NameError, NameFault, NoRoom};
pub use label::{Labels, NameRef};
pub use message::{Flags, Message, Question, Questions, Record, Records, Section};
pub use name::Name;
pub use number::{Class, NumberError, Opcode, OptionCode, Rcode, RecordType, SvcKey};
pub use query::{Edns, Ignored, Query, Verdict};
pub use reply::Reply;
pub use svcb::{Params, ParamsIter, Svcb};
