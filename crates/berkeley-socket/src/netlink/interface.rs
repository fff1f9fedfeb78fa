//! What netlink knows of an interface.

use crate::error::Result;
use crate::interface::Interface;

use super::address::InterfaceAddress;
use super::link::Link;
use super::rtnetlink::Rtnetlink;

impl Interface {
    /// All there are in this network namespace.
    ///
    /// # Errors
    ///
    /// As the kernel refuses netlink: EAFNOSUPPORT, EPERM in a sandbox. EBUSY: they kept changing.
    #[doc(alias = "if_nameindex")]
    #[doc(alias = "getifaddrs")]
    pub fn all() -> Result<Vec<Self>> {
        let links = Rtnetlink::open()?.links()?;
        Ok(links.into_iter().map(|link| link.interface).collect())
    }

    /// What else there is to it: hardware address, MTU, flags, kind, state.
    ///
    /// # Errors
    ///
    /// ENODEV: it is gone.
    ///
    /// ```
    /// use berkeley_socket::Interface;
    /// use berkeley_socket::netlink::LinkType;
    /// assert_eq!(Interface::named("lo")?.link()?.ty, LinkType::LOOPBACK);
    /// # Ok::<(), berkeley_socket::Error>(())
    /// ```
    #[doc(alias = "SIOCGIFHWADDR")]
    #[doc(alias = "SIOCGIFMTU")]
    #[doc(alias = "SIOCGIFFLAGS")]
    pub fn link(&self) -> Result<Link> {
        Ok(Rtnetlink::open()?.link(self.index())?)
    }

    /// The addresses that it has, IPv4 and IPv6.
    ///
    /// # Errors
    ///
    /// ENODEV: it is gone.
    #[doc(alias = "getifaddrs")]
    #[doc(alias = "SIOCGIFADDR")]
    pub fn addresses(&self) -> Result<Vec<InterfaceAddress>> {
        Ok(Rtnetlink::open()?.addresses_of(self.index())?)
    }
}
