//! Addresses: what the public types, and which proxies are believed.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, de};

/// `http(s)://host[:port]`, as a browser writes an origin: lower case, no default port, no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    pub fn origin(&self) -> &str {
        &self.0
    }

    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("expected an address like https://ads.example.com, found `{text}`");
        let uri: axum::http::Uri = text.trim().parse().map_err(|_| wrong())?;
        let scheme =
            uri.scheme_str().filter(|scheme| matches!(*scheme, "http" | "https")).ok_or_else(wrong)?;
        let authority = uri.authority().filter(|a| !a.as_str().contains('@')).ok_or_else(wrong)?;
        if uri.path_and_query().is_some_and(|path| path.as_str() != "/") {
            return Err(wrong());
        }
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(match (scheme, authority.port_u16()) {
            ("http", Some(80)) | ("https", Some(443)) | (_, None) => format!("{scheme}://{host}"),
            (_, Some(port)) => format!("{scheme}://{host}:{port}"),
        }))
    }
}

impl<'de> Deserialize<'de> for PublicUrl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// One address, or a network written `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let shift = 32 - u32::from(self.prefix);
                u32::from(network).checked_shr(shift) == u32::from(address).checked_shr(shift)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let shift = 128 - u32::from(self.prefix);
                u128::from(network).checked_shr(shift) == u128::from(address).checked_shr(shift)
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("expected an address like 10.0.0.7 or a network like 10.0.0.0/8, found `{text}`");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().map_err(|_| wrong())?)),
            None => (text, None),
        };
        let address = address.parse::<IpAddr>().map_err(|_| wrong())?.to_canonical();
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        if prefix > longest { Err(wrong()) } else { Ok(Self { address, prefix }) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// The proxies in front of AdMint.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Vec<Network>);

impl TrustedProxies {
    /// Who really asks: the peer, or behind trusted proxies the last address in `X-Forwarded-For`
    /// that is not itself a trusted proxy. What stands before it may be made up by the caller.
    pub fn client(&self, peer: IpAddr, forwarded_for: &[&str]) -> IpAddr {
        let trusted = |address: IpAddr| self.0.iter().any(|network| network.contains(address));
        let mut client = peer.to_canonical();
        for address in forwarded_for.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !trusted(client) {
                break;
            }
            match address.trim().parse::<IpAddr>() {
                Ok(address) => client = address.to_canonical(),
                Err(_) => break,
            }
        }
        client
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_url(text: &str, origin: Option<&str>) {
        let url = text.parse::<PublicUrl>().ok();
        assert_eq!(url.as_ref().map(PublicUrl::origin), origin, "{text}");
    }

    #[test]
    fn public_urls_become_origins() {
        check_url("https://Ads.Example.com/", Some("https://ads.example.com"));
        check_url("https://ads.example.com:443", Some("https://ads.example.com"));
        check_url("http://localhost:3000", Some("http://localhost:3000"));
        check_url("ads.example.com", None);
        check_url("ftp://ads.example.com", None);
        check_url("https://ads.example.com/path", None);
        check_url("https://ann:secret@ads.example.com", None);
    }

    #[track_caller]
    fn check_client(peer: &str, forwarded_for: &[&str], client: &str) {
        let proxies = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()]);
        assert_eq!(proxies.client(peer.parse().unwrap(), forwarded_for).to_string(), client);
    }

    #[test]
    fn forwarded_addresses_are_believed_from_trusted_proxies_only() {
        check_client("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check_client("10.1.2.3", &["198.51.100.1"], "198.51.100.1");
        check_client("::ffff:10.1.2.3", &["198.51.100.1"], "198.51.100.1");
        check_client("10.1.2.3", &["1.1.1.1, 198.51.100.1, 10.9.9.9"], "198.51.100.1");
        check_client("10.1.2.3", &["1.1.1.1", "198.51.100.1"], "198.51.100.1");
        check_client("10.1.2.3", &[], "10.1.2.3");
        check_client("10.1.2.3", &["nonsense"], "10.1.2.3");
        check_client("::1", &["2001:db8::7"], "2001:db8::7");
    }

    #[test]
    fn networks() {
        assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
        assert!("::/0".parse::<Network>().unwrap().contains("2001:db8::1".parse().unwrap()));
        for bad in ["10.0.0.0/33", "proxy", "10.0.0.0/-1", "::1/129"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }
}
