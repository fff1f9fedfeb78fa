//! What the files and the settings say together: the servers, how to ask them, and how to sort.
//!
//! Contract: made once for every change of a file. What cannot be used (a server on an interface that is not there, a search word that is no
//! name) is left out.

use core::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::sync::Arc;

use berkeley_addr::Scope;

use super::setting::Settings;
use crate::conf::Nameserver;
use crate::kind::Kind;
use crate::machine::Config;
use crate::policy::Policy;
use crate::question;
use crate::system::Snapshot;

/// The port of name servers.
const PORT: u16 = 53;

#[derive(Debug)]
pub(crate) struct Plan {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) config: Arc<Config>,
    pub(super) policy: Policy,
}

impl Plan {
    pub(super) fn new(snapshot: Arc<Snapshot>, settings: &Settings) -> Self {
        let conf = &snapshot.resolv_conf;
        let options = &conf.options;
        let servers = settings
            .servers
            .clone()
            .unwrap_or_else(|| conf.nameservers.iter().filter_map(server).collect());
        let words = conf.search.iter().filter_map(|word| core::str::from_utf8(word).ok());
        // Behind these nothing is to be asked for.
        let search = words.filter(|word| Kind::of(word) == Kind::Any);
        let search = search.filter_map(|word| word.parse().ok()).collect();
        let config = Config {
            servers,
            search,
            ndots: options.ndots,
            no_tld_query: options.no_tld_query,
            timeout: settings.timeout.unwrap_or(options.timeout),
            attempts: settings.attempts.unwrap_or(options.attempts),
            rotate: options.rotate,
            use_vc: options.use_vc,
            single_request: options.single_request,
            no_aaaa: options.no_aaaa,
            trust_ad: options.trust_ad,
            // glibc is silent unless told; ours speaks unless told not to.
            edns: settings.edns.or(options.edns0).unwrap_or(true),
            hedge: settings.hedge,
            strict: settings.strict.unwrap_or(options.strict_error),
            random_case: settings.random_case,
            cookies: settings.cookies,
        };
        let policy = Policy::new(settings.sort).with(&snapshot.gai_conf);
        Self { config: Arc::new(config), policy, snapshot }
    }
}

/// Its socket address, if its zone is there.
fn server(server: &Nameserver) -> Option<SocketAddr> {
    with_zone(server.ip, server.scope).map(|mut addr| {
        addr.set_port(PORT);
        addr
    })
}

/// An address in its zone, if there is such an interface.
pub(super) fn with_zone(ip: IpAddr, scope: Scope) -> Option<SocketAddr> {
    Some(match ip {
        IpAddr::V4(ip) => (ip, 0).into(),
        IpAddr::V6(ip) => {
            let index = match scope {
                Scope::Name(name) => question::interface(name.as_str()).ok()?,
                Scope::None => 0,
                Scope::Index(index) => index.get(),
            };
            SocketAddrV6::new(ip, 0, 0, index).into()
        }
    })
}
