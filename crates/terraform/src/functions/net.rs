//! Functions of address ranges. <https://developer.hashicorp.com/terraform/language/functions/cidrsubnet>

use core::net::{Ipv4Addr, Ipv6Addr};

use cmklint_graph::Value;

use super::text::{int, strings, text};
use super::{Made, Stop};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "cidrhost" => host(args),
        "cidrnetmask" => Range::parse(args).and_then(|range| {
            if range.bits != 32 {
                return Err(Stop::Refused("a range that is not IPv4"));
            }
            Ok(Value::string(range.address(!range.host_mask(range.length) & u128::from(u32::MAX))))
        }),
        "cidrsubnet" => subnet(args),
        "cidrsubnets" => subnets(args),
        _ => return None,
    })
}

/// A range of addresses.
struct Range {
    base: u128,
    length: u32,
    /// How long an address is: 32 or 128.
    bits: u32,
}

impl Range {
    /// The range that the first argument names.
    fn parse(args: &[Value]) -> Result<Self, Stop> {
        const BAD: Stop = Stop::Refused("text that is no range of addresses");
        let (address, length) = text(args, 0)?.split_once('/').ok_or(BAD)?;
        let digits = |text: &str| !text.is_empty() && text.len() < 4 && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(length) {
            return Err(BAD);
        }
        let length: u32 = length.parse().map_err(|_| BAD)?;
        let (base, bits) = if address.contains(':') {
            let address: Ipv6Addr = address.parse().map_err(|_| Stop::Unknown)?;
            // Addresses of IPv4 inside those of IPv6 have ways of their own.
            if address.to_ipv4_mapped().is_some() {
                return Err(Stop::Unknown);
            }
            (u128::from(address), 128)
        } else {
            let parts: Vec<&str> = address.split('.').collect();
            if parts.len() != 4 || !parts.iter().all(|part| digits(part)) {
                return Err(BAD);
            }
            let bytes = parts.iter().map(|part| part.parse::<u8>().map_err(|_| BAD)).collect::<Result<Vec<_>, _>>()?;
            (bytes.iter().fold(0, |all, byte| all << 8 | u128::from(*byte)), 32)
        };
        if length > bits {
            return Err(BAD);
        }
        let mut range = Self { base, length, bits };
        range.base &= !range.host_mask(length);
        Ok(range)
    }

    /// The bits behind a prefix of this length.
    fn host_mask(&self, length: u32) -> u128 {
        match self.bits - length {
            128 => u128::MAX,
            free => (1 << free) - 1,
        }
    }

    fn address(&self, address: u128) -> String {
        match u32::try_from(address) {
            Ok(short) if self.bits == 32 => Ipv4Addr::from(short).to_string(),
            _ => Ipv6Addr::from(address).to_string(),
        }
    }

    fn subnet(&self, address: u128, length: u32) -> String {
        format!("{}/{length}", self.address(address))
    }
}

fn host(args: &[Value]) -> Made {
    let (range, number) = (Range::parse(args)?, int(args, 1)?);
    let most = range.host_mask(range.length);
    let size = u128::from(number.unsigned_abs());
    let host = if number < 0 { most.checked_sub(size - 1) } else { Some(size).filter(|n| *n <= most) };
    let host = host.ok_or(Stop::Refused("a host beyond the range"))?;
    Ok(Value::string(range.address(range.base | host)))
}

fn subnet(args: &[Value]) -> Made {
    let (range, bits, number) = (Range::parse(args)?, int(args, 1)?, int(args, 2)?);
    let Ok(bits) = u32::try_from(bits) else { return Err(Stop::Unknown) };
    let Ok(number) = u128::try_from(number) else { return Err(Stop::Unknown) };
    let length = range.length.saturating_add(bits);
    if length > range.bits || bits < 128 && number >= 1 << bits {
        return Err(Stop::Refused("a subnet beyond the range"));
    }
    let shifted = if range.bits == length { number } else { number << (range.bits - length) };
    Ok(Value::string(range.subnet(range.base | shifted, length)))
}

fn subnets(args: &[Value]) -> Made {
    let range = Range::parse(args)?;
    let mut out = Vec::new();
    let mut next = Some(range.base);
    for at in 1..args.len() {
        // Terraform begins with the range before, and there is none before all addresses.
        if range.length == 0 {
            return Err(Stop::Refused("a subnet beyond the range"));
        }
        let bits = int(args, at)?;
        if !(1..=32).contains(&bits) {
            return Err(Stop::Refused("too few or too many bits"));
        }
        let length = range.length + u32::try_from(bits).map_err(|_| Stop::Unknown)?;
        if length > range.bits {
            return Err(Stop::Refused("a subnet beyond the range"));
        }
        let mask = range.host_mask(length);
        // The first one of this length behind those before.
        let base = next.and_then(|n| n.checked_add(mask)).map(|n| n & !mask);
        let base = base.filter(|b| b & !range.host_mask(range.length) == range.base);
        let base = base.ok_or(Stop::Refused("a subnet beyond the range"))?;
        out.push(range.subnet(base, length));
        next = base.checked_add(mask).and_then(|n| n.checked_add(1));
    }
    Ok(strings(out))
}
