//! Functions of address ranges. <https://developer.hashicorp.com/terraform/language/functions/cidrsubnet>

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cmklint_graph::Value;
use ipnet::IpNet;

use super::text::{int, strings, text};
use super::{Made, Stop};

pub(super) fn call(name: &str, args: &[Value]) -> Option<Made> {
    Some(match name {
        "cidrhost" => host(args),
        "cidrnetmask" => range(args).and_then(|range| match range {
            IpNet::V4(range) => Ok(Value::string(range.netmask().to_string())),
            IpNet::V6(_) => Err(Stop::Refused("a range that is not IPv4")),
        }),
        "cidrsubnet" => subnet(args),
        "cidrsubnets" => subnets(args),
        _ => return None,
    })
}

const BEYOND: Stop = Stop::Refused("a subnet beyond the range");

/// The range of the first argument, from its first address on. Unlike most parsers, Terraform's accepts leading zeros.
fn range(args: &[Value]) -> Result<IpNet, Stop> {
    const BAD: Stop = Stop::Refused("not a CIDR range");
    let (address, length) = text(args, 0)?.split_once('/').ok_or(BAD)?;
    let digits = |text: &str| !text.is_empty() && text.len() < 4 && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(length) {
        return Err(BAD);
    }
    let length: u8 = length.parse().map_err(|_| BAD)?;
    let address: IpAddr = if address.contains(':') {
        let address: Ipv6Addr = address.parse().map_err(|_| Stop::Unknown)?;
        // IPv4 addresses mapped into IPv6 are treated differently.
        if address.to_ipv4_mapped().is_some() {
            return Err(Stop::Unknown);
        }
        address.into()
    } else {
        let parts: Vec<&str> = address.split('.').collect();
        if !parts.iter().all(|part| digits(part)) {
            return Err(BAD);
        }
        let bytes = parts.iter().map(|part| part.parse::<u8>().map_err(|_| BAD)).collect::<Result<Vec<_>, _>>()?;
        Ipv4Addr::from(<[u8; 4]>::try_from(bytes).map_err(|_| BAD)?).into()
    };
    IpNet::new(address, length).map(|range| range.trunc()).map_err(|_| BAD)
}

/// The number whose bits are those of the address.
fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u32::from(address).into(),
        IpAddr::V6(address) => address.into(),
    }
}

/// The address `offset` after the first one of `range`, where it is in the range.
fn address_at(range: &IpNet, offset: u128) -> Option<IpAddr> {
    let at = number(range.network()).checked_add(offset)?;
    let address = match range {
        IpNet::V4(_) => Ipv4Addr::from(u32::try_from(at).ok()?).into(),
        IpNet::V6(_) => Ipv6Addr::from(at).into(),
    };
    range.contains(&address).then_some(address)
}

fn host(args: &[Value]) -> Made {
    let (range, host) = (range(args)?, int(args, 1)?);
    let size = u128::from(host.unsigned_abs());
    let most = number(range.hostmask());
    let offset = if host < 0 { most.checked_sub(size - 1) } else { Some(size) };
    let address = offset.and_then(|offset| address_at(&range, offset));
    address.map(|address| Value::string(address.to_string())).ok_or(Stop::Refused("a host beyond the range"))
}

/// The part of `range` whose first address is `offset` after the range's, with a prefix of `length`.
fn part(range: &IpNet, offset: u128, length: u8) -> Result<IpNet, Stop> {
    let address = address_at(range, offset).ok_or(BEYOND)?;
    IpNet::new(address, length).map_err(|_| BEYOND)
}

fn subnet(args: &[Value]) -> Made {
    let (range, bits, at) = (range(args)?, int(args, 1)?, int(args, 2)?);
    let Ok(bits) = u32::try_from(bits) else { return Err(Stop::Unknown) };
    let Ok(at) = u128::try_from(at) else { return Err(Stop::Unknown) };
    let length = u32::from(range.prefix_len()).saturating_add(bits);
    let length = u8::try_from(length).ok().filter(|length| *length <= range.max_prefix_len()).ok_or(BEYOND)?;
    if bits < 128 && at >= 1 << bits {
        return Err(BEYOND);
    }
    let free = u32::from(range.max_prefix_len() - length);
    let offset = if at == 0 { 0 } else { at << free };
    Ok(Value::string(part(&range, offset, length)?.to_string()))
}

fn subnets(args: &[Value]) -> Made {
    let range = range(args)?;
    let mut out = Vec::new();
    let mut next = Some(0_u128);
    for at in 1..args.len() {
        // Terraform begins with the preceding range, and the range of all addresses has none.
        if range.prefix_len() == 0 {
            return Err(BEYOND);
        }
        let bits = int(args, at)?;
        if !(1..=32).contains(&bits) {
            return Err(Stop::Refused("too few or too many bits"));
        }
        let length = range.prefix_len() + u8::try_from(bits).map_err(|_| Stop::Unknown)?;
        if length > range.max_prefix_len() {
            return Err(BEYOND);
        }
        // Each begins at a multiple of its own size, after the previous ones.
        let size = 1_u128 << (range.max_prefix_len() - length);
        let offset = next.and_then(|next| next.checked_next_multiple_of(size)).ok_or(BEYOND)?;
        out.push(part(&range, offset, length)?.to_string());
        next = offset.checked_add(size);
    }
    Ok(strings(out))
}
