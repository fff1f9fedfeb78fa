//! What a `Socket` holds: its own descriptor and time-out ([`Owned`]), or a borrowed one and a limit ([`View`]).
//!
//! Every operation is written once, over `H: Handle`. Whether a socket blocks is a field here, not the kernel's flag: the
//! library may have set O_NONBLOCK for calls that have no flag of their own (accept), and a duplicate shares it.

use core::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use core::time::Duration;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use berkeley_addr::{Family, Protocol, Type};
use berkeley_sys::{Errno, descriptor, number, option};

use crate::limit::Limit;

/// A descriptor and how long its calls may take. Sealed: [`Owned`] and [`View`] are all there are.
pub trait Handle: sealed::Handle {}
impl Handle for Owned {}
impl Handle for View<'_> {}

pub(crate) mod sealed {
    use super::{BorrowedFd, Limit, Mode, Nature};

    /// What operations need of a handle.
    #[expect(
        unnameable_types,
        reason = "a trait that cannot be named cannot be implemented elsewhere"
    )]
    pub trait Handle {
        fn fd(&self) -> BorrowedFd<'_>;
        fn nature(&self) -> Nature;
        /// Whether the plain call will do.
        fn is_unlimited(&self) -> bool;
        /// What a first attempt, before there is a [`Call`](crate::call::Call), must add to its flags so as to wait no longer
        /// than it may; `None`: it may not even try.
        fn first_flags(&self) -> Option<i32>;
        fn limit(&self) -> Limit<'_>;
        /// The blocking mode; none of a descriptor that is somebody else's.
        fn mode(&self) -> Option<&Mode>;
    }
}

/// What holds of a socket from birth to death: its type, and whether the kernel answers MSG_TRUNC with a message's length.
#[derive(Clone, Copy, Debug)]
#[expect(unnameable_types, reason = "seen by the sealed trait alone")]
pub struct Nature(u16);

/// Every type of the kernel's is below 15; 15: not known.
const TYPE: u16 = 0xf;
/// MSG_TRUNC answers with the length.
const TELLS_LENGTH: u16 = 0x10;
/// UDP over IPv4.
const UDP4: u16 = 0x20;
/// UDP over IPv6.
const UDP6: u16 = 0x40;
/// Only the type is known.
const UNKNOWN: u16 = 0x80;
/// There are messages, whose length MSG_TRUNC does not answer.
const CUTS_UNSAID: u16 = 0x100;
/// What is sent has no boundaries, whatever the type says (AF_ALG).
const POURED: u16 = 0x200;

impl Nature {
    /// Of the socket that these three words made.
    pub(crate) fn new(family: Family, ty: Type, protocol: Protocol) -> Self {
        let bits = u16::try_from(ty.raw()).unwrap_or(TYPE).min(TYPE);
        // Not so ping sockets, CAN, TIPC: they cut a message without a word unless recvmsg(2) is asked for its flags.
        let udp = matches!(protocol, Protocol::DEFAULT | Protocol::UDP | Protocol::UDPLITE);
        let tells = match family {
            Family::UNIX | Family::NETLINK | Family::PACKET => true,
            Family::INET | Family::INET6 => ty == Type::RAW || ty == Type::DGRAM && udp,
            _ => false,
        };
        let over = match family {
            Family::INET if ty == Type::DGRAM && udp => UDP4,
            Family::INET6 if ty == Type::DGRAM && udp => UDP6,
            Family::UNSPEC => UNKNOWN,
            Family::ALG => POURED,
            _ => 0,
        };
        let length = match (ty.keeps_boundaries(), tells) {
            (true, true) => TELLS_LENGTH | over,
            (true, false) => CUTS_UNSAID | over,
            (false, _) => 0,
        };
        Self(bits | length)
    }

    /// The longest data of a UDP datagram (65,535 less the headers; IPv6's own does not count); `None`: `fd` is not UDP.
    pub(crate) fn longest_udp(self, fd: BorrowedFd<'_>) -> Option<usize> {
        let nature = if self.0 & UNKNOWN == 0 { self } else { Self::adopted(fd) };
        match nature.0 & (UDP4 | UDP6) {
            UDP4 => Some(65_507),
            UDP6 => Some(65_527),
            _ => None,
        }
    }

    /// Nothing is known, and nothing is done about messages.
    const RAW: Self = Self(1);

    /// Of somebody else's descriptor, by SO_TYPE. Not known where it is no socket: the operations themselves will say
    /// ENOTSOCK.
    fn of(fd: BorrowedFd<'_>) -> Self {
        let ty = ask(fd, number::opt::SO_TYPE).map_or_else(|| Type::new(TYPE.into()), Type::new);
        Self::new(Family::UNSPEC, ty, Protocol::DEFAULT)
    }

    /// [`of`](Self::of) with two more questions: for a descriptor that stays.
    fn adopted(fd: BorrowedFd<'_>) -> Self {
        let known = Self::of(fd);
        let family = ask(fd, number::opt::SO_DOMAIN).and_then(|family| u16::try_from(family).ok());
        match (family, ask(fd, number::opt::SO_PROTOCOL)) {
            (Some(family), Some(protocol)) => {
                Self::new(Family::new(family), known.ty(), Protocol::new(protocol))
            }
            _ => known,
        }
    }

    #[inline]
    pub(crate) fn ty(self) -> Type {
        Type::new((self.0 & TYPE).into())
    }

    /// Whether what is sent is cut where it was sent. AF_ALG's type says so, and it takes parts of what it is given.
    #[inline]
    pub(crate) fn sends_messages(self) -> bool {
        self.ty().keeps_boundaries() && self.0 & POURED == 0
    }

    /// Whether a receive passes MSG_TRUNC. Streams never: TCP would throw the bytes away.
    #[inline]
    pub(crate) fn tells_length(self) -> bool {
        self.0 & TELLS_LENGTH != 0
    }

    /// Whether a message that was cut could not be told from a whole one by its length.
    #[inline]
    pub(crate) fn cuts_unsaid(self) -> bool {
        self.0 & CUTS_UNSAID != 0
    }
}

/// A socket's own descriptor, its type, its blocking mode and its time-out: 16 bytes.
#[derive(Debug)]
pub struct Owned {
    fd: OwnedFd,
    nature: Nature,
    pub(crate) mode: Mode,
    /// Nanoseconds for each call; `u64::MAX`: no limit.
    timeout: AtomicU64,
}

const FOREVER: u64 = u64::MAX;

impl Owned {
    pub(crate) fn new(fd: OwnedFd, nature: Nature) -> Self {
        Self { fd, nature, mode: Mode::default(), timeout: AtomicU64::new(FOREVER) }
    }

    /// A descriptor that somebody else made: its nature and its blocking mode are asked for.
    pub(crate) fn adopt(fd: OwnedFd) -> Self {
        let nature = Nature::adopted(fd.as_fd());
        let owned = Self::new(fd, nature);
        if descriptor::is_nonblocking(&owned.fd).unwrap_or(false) {
            owned.mode.0.store(USER | KERNEL, Ordering::Relaxed);
        }
        owned
    }

    /// The same settings for another descriptor of the same open file.
    pub(crate) fn twin(&self, fd: OwnedFd) -> Self {
        let mode = self.mode.twin();
        let timeout = AtomicU64::new(self.timeout.load(Ordering::Relaxed));
        Self { fd, nature: self.nature, mode, timeout }
    }

    pub(crate) fn into_fd(self) -> OwnedFd {
        self.fd
    }

    /// The descriptor as its next owner expects it: blocking, unless the user asked for the other. O_NONBLOCK may be the
    /// library's, and set through a duplicate.
    pub(crate) fn into_blocking_fd(self) -> OwnedFd {
        if !self.mode.is_user_nonblocking() {
            // ioctl(FIONBIO) on a socket cannot fail; there is nobody to tell if it did.
            let _ = descriptor::set_nonblocking(&self.fd, false);
        }
        self.fd
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        match self.timeout.load(Ordering::Relaxed) {
            FOREVER => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    pub(crate) fn set_timeout(&self, timeout: Option<Duration>) {
        // More than 584 years are for ever.
        let nanos =
            timeout.map_or(FOREVER, |time| u64::try_from(time.as_nanos()).unwrap_or(FOREVER));
        self.timeout.store(nanos, Ordering::Relaxed);
    }
}

impl sealed::Handle for Owned {
    #[inline]
    fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
    #[inline]
    fn nature(&self) -> Nature {
        self.nature
    }
    #[inline]
    fn is_unlimited(&self) -> bool {
        self.timeout.load(Ordering::Relaxed) == FOREVER
    }
    #[inline]
    fn first_flags(&self) -> Option<i32> {
        Some(if self.is_unlimited() { 0 } else { number::MSG_DONTWAIT })
    }
    #[inline]
    fn limit(&self) -> Limit<'_> {
        self.timeout().into()
    }
    #[inline]
    fn mode(&self) -> Option<&Mode> {
        Some(&self.mode)
    }
}

/// A borrowed descriptor and the limit of each call made through it.
#[derive(Clone, Copy, Debug)]
pub struct View<'s> {
    fd: BorrowedFd<'s>,
    nature: Nature,
    mode: Option<&'s Mode>,
    limit: Limit<'s>,
}

impl<'s> View<'s> {
    /// Another limit over a socket or a view.
    pub(crate) fn of<H: Handle>(handle: &'s H, limit: Limit<'s>) -> Self {
        Self { fd: handle.fd(), nature: handle.nature(), mode: handle.mode(), limit }
    }

    /// The same under another limit.
    pub(crate) fn under(self, limit: Limit<'s>) -> Self {
        Self { limit, ..self }
    }

    /// Somebody else's descriptor, as the kernel has it.
    #[inline]
    pub(crate) fn raw(fd: BorrowedFd<'s>) -> Self {
        Self { fd, nature: Nature::RAW, mode: None, limit: Limit::NONE }
    }

    /// Somebody else's descriptor.
    pub(crate) fn on(fd: BorrowedFd<'s>) -> Self {
        Self { fd, nature: Nature::of(fd), mode: None, limit: Limit::NONE }
    }
}

impl sealed::Handle for View<'_> {
    #[inline]
    fn fd(&self) -> BorrowedFd<'_> {
        self.fd
    }
    #[inline]
    fn nature(&self) -> Nature {
        self.nature
    }
    #[inline]
    fn is_unlimited(&self) -> bool {
        self.limit.is_none()
    }
    #[inline]
    fn first_flags(&self) -> Option<i32> {
        match self.limit.token() {
            Some(token) if token.is_cancelled() => None,
            _ => Some(if self.is_unlimited() { 0 } else { number::MSG_DONTWAIT }),
        }
    }
    #[inline]
    fn limit(&self) -> Limit<'_> {
        self.limit
    }
    #[inline]
    fn mode(&self) -> Option<&Mode> {
        self.mode
    }
}

/// The blocking mode of an owned socket: bits, a lock over them, and how many connects O_NONBLOCK is lent to.
#[derive(Debug, Default)]
#[expect(unnameable_types, reason = "seen by the sealed trait alone")]
pub struct Mode(AtomicU16);

/// The user asked for a non-blocking socket: EAGAIN is an answer.
const USER: u16 = 1;
/// O_NONBLOCK is set for good.
const KERNEL: u16 = 2;
/// A thread is changing the mode and O_NONBLOCK together. It holds this for one ioctl.
const CHANGING: u16 = 4;
/// The open file has another descriptor, a clone, whose calls may rely on O_NONBLOCK: it is never cleared after a call, and
/// set again before one, as the clone may have become somebody else's.
const TWIN: u16 = 8;
/// A sender without copies has been made: the kernel counts its sends for as long as the socket lives.
const ZEROCOPY: u16 = 16;
/// One connect for whose duration O_NONBLOCK is set.
const LENT: u16 = 32;

impl Mode {
    pub(crate) fn is_user_nonblocking(&self) -> bool {
        self.0.load(Ordering::Relaxed) & USER != 0
    }

    /// Whether this is the first sender without copies.
    pub(crate) fn first_zero_copy(&self) -> bool {
        self.0.fetch_or(ZEROCOPY, Ordering::Relaxed) & ZEROCOPY == 0
    }

    /// The mode of a duplicate, which has no connects of its own.
    fn twin(&self) -> Self {
        let before = self.0.fetch_or(TWIN, Ordering::Relaxed);
        Self(AtomicU16::new(before & (USER | KERNEL) | TWIN))
    }

    /// `set_blocking`. Once the library needed O_NONBLOCK it stays set: calls without a limit wait by ppoll.
    pub(crate) fn set_user(
        &self,
        fd: BorrowedFd<'_>,
        nonblocking: bool,
    ) -> berkeley_sys::Result<()> {
        if nonblocking {
            self.need_nonblocking(fd)?;
            self.0.fetch_or(USER, Ordering::Relaxed);
        } else {
            self.0.fetch_and(!USER, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Sets O_NONBLOCK for good: the first time, and each time where there is a clone.
    pub(crate) fn need_nonblocking(&self, fd: BorrowedFd<'_>) -> berkeley_sys::Result<()> {
        if self.0.load(Ordering::Relaxed) & (KERNEL | TWIN) == KERNEL {
            return Ok(());
        }
        let _change = self.change();
        descriptor::set_nonblocking(fd, true)?;
        self.0.fetch_or(KERNEL, Ordering::Relaxed);
        Ok(())
    }

    /// Sets O_NONBLOCK until [`give_back`](Self::give_back). Counted: the first of two connects that ends must not make the
    /// descriptor block under the other.
    pub(crate) fn lend(&self, fd: BorrowedFd<'_>) -> berkeley_sys::Result<()> {
        let change = self.change();
        if change.before > u16::MAX - 2 * LENT {
            return Err(Errno::ALREADY);
        }
        if change.before & (KERNEL | TWIN) != KERNEL {
            descriptor::set_nonblocking(fd, true)?;
        }
        self.0.fetch_add(LENT, Ordering::Relaxed);
        Ok(())
    }

    /// Ends what [`lend`](Self::lend) began.
    pub(crate) fn give_back(&self, fd: BorrowedFd<'_>) {
        let change = self.change();
        let now = self.0.fetch_sub(LENT, Ordering::Relaxed) - LENT;
        if now & (KERNEL | TWIN) == 0 && change.before < 2 * LENT {
            // ioctl(FIONBIO) on a socket cannot fail; if it did, the connect's own answer is still the one to give.
            let _ = descriptor::set_nonblocking(fd, false);
        }
    }

    /// Waits until no other thread changes the mode.
    fn change(&self) -> Change<'_> {
        loop {
            let before = self.0.fetch_or(CHANGING, Ordering::Acquire);
            if before & CHANGING == 0 {
                return Change { mode: self, before };
            }
            std::thread::yield_now();
        }
    }
}

/// A change of the mode under way.
struct Change<'m> {
    mode: &'m Mode,
    before: u16,
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        self.mode.0.fetch_and(!CHANGING, Ordering::Release);
    }
}

/// A number that the kernel keeps of a socket.
fn ask(fd: BorrowedFd<'_>, number: i32) -> Option<i32> {
    let name = option::Name::<i32>::plain(number::opt::SOL_SOCKET, number);
    option::get(fd, name).ok().map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use berkeley_sys::socket;

    #[test]
    fn what_a_socket_is_is_known_of_a_borrowed_one_as_well() {
        for (family, ty, longest, cuts_unsaid) in [
            (Family::INET, Type::DGRAM, Some(65_507), false),
            (Family::INET6, Type::DGRAM, Some(65_527), false),
            (Family::UNIX, Type::DGRAM, None, false),
            (Family::UNIX, Type::STREAM, None, false),
        ] {
            let made = socket::socket(family.raw().into(), ty.raw(), 0);
            let Ok(fd) = made else {
                println!("skipped: no {family} here");
                continue;
            };
            let own = Nature::new(family, ty, Protocol::DEFAULT);
            assert_eq!((own.ty(), own.cuts_unsaid()), (ty, cuts_unsaid), "{family}");
            for nature in [own, Nature::of(fd.as_fd()), Nature::adopted(fd.as_fd())] {
                assert_eq!(nature.longest_udp(fd.as_fd()), longest, "{family}");
                assert_eq!(nature.cuts_unsaid() || nature.tells_length(), ty.keeps_boundaries());
            }
        }
    }
}
