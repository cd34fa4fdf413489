//! Ranges of IP addresses.
//! <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-cidr>

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use cmklint_graph::{Entry, Number, Object, Value};

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    let int = |value: &Value| value.as_number().and_then(Number::as_i64);
    match (name, args) {
        ("parsecidr", [network]) => describe(Network::parse(network.as_str()?)?),
        ("cidrsubnet", [network, length, index]) => {
            let (network, index) = (Network::parse(network.as_str()?)?, u128::try_from(int(index)?).ok()?);
            let length = u32::try_from(int(length)?).ok()?;
            let subnet = network.subnet(length, index)?;
            Some(Value::string(format!("{}/{length}", subnet.address(subnet.first))))
        }
        ("cidrhost", [network, index]) => {
            let (network, index) = (Network::parse(network.as_str()?)?, u128::try_from(int(index)?).ok()?);
            let host = network.first.checked_add(1)?.checked_add(index)?;
            // The last address of an IPv4 range is for broadcasts.
            let last = if network.bits == 32 { network.last().checked_sub(1)? } else { network.last() };
            (host <= last).then(|| Value::string(network.address(host).to_string()))
        }
        _ => None,
    }
}

/// A range: its first address as a number of `bits` bits, and the length of the prefix.
#[derive(Clone, Copy)]
struct Network {
    first: u128,
    length: u32,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let length: u32 = length.parse().ok()?;
        let (number, bits) = match address.parse().ok()? {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)), 32),
            IpAddr::V6(v6) => (u128::from(v6), 128),
        };
        let network = Self { first: number, length, bits };
        (length <= bits).then(|| Self { first: number & network.mask(), ..network })
    }

    fn hosts(self) -> u128 {
        match self.bits - self.length {
            128 => u128::MAX,
            free => (1_u128 << free) - 1,
        }
    }

    fn mask(self) -> u128 {
        let all = if self.bits == 32 { u128::from(u32::MAX) } else { u128::MAX };
        all & !self.hosts()
    }

    fn last(self) -> u128 {
        self.first | self.hosts()
    }

    fn subnet(self, length: u32, index: u128) -> Option<Self> {
        if length < self.length || length > self.bits {
            return None;
        }
        let subnet = Self { length, ..self };
        let first = match subnet.hosts().checked_add(1) {
            Some(size) => self.first.checked_add(index.checked_mul(size)?)?,
            None => (index == 0).then_some(self.first)?,
        };
        (first <= self.last()).then_some(Self { first, ..subnet })
    }

    fn address(self, number: u128) -> IpAddr {
        match u32::try_from(number) {
            Ok(v4) if self.bits == 32 => IpAddr::V4(Ipv4Addr::from(v4)),
            _ => IpAddr::V6(Ipv6Addr::from(number)),
        }
    }
}

/// Which addresses of a range of one or two are usable is not documented.
fn describe(network: Network) -> Option<Value> {
    let v4 = network.bits == 32;
    if network.bits - network.length < 2 {
        return None;
    }
    let inset = u128::from(v4);
    let text = |number: u128| Value::string(network.address(number).to_string());
    let mut members = vec![("network", text(network.first)), ("netmask", text(network.mask()))];
    if v4 {
        members.push(("broadcast", text(network.last())));
    }
    members.push(("firstUsable", text(network.first + inset)));
    members.push(("lastUsable", text(network.last() - inset)));
    members.push(("cidr", Value::int(i64::from(network.length))));
    let entries = members.into_iter().map(|(name, value)| (Arc::from(name), Entry { key_span: None, value }));
    Some(Value::object(Object { entries: entries.collect(), ..Object::default() }))
}
