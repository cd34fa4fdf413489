//! Texts made of other texts by a hash.

use cmklint_graph::Value;

pub(crate) fn call(name: &str, args: &[Value]) -> Option<Value> {
    match name {
        "guid" => guid(&joined(args)?),
        "uniquestring" => Some(Value::string(base_32(murmur(joined(args)?.as_bytes())))),
        _ => None,
    }
}

fn joined(args: &[Value]) -> Option<String> {
    let texts: Option<Vec<&str>> = args.iter().map(Value::as_str).collect();
    texts.filter(|t| !t.is_empty()).map(|t| t.join("-"))
}

/// A name-based UUID (RFC 4122, version 5) in the namespace that ARM uses.
fn guid(name: &str) -> Option<Value> {
    const NAMESPACE: uuid::Uuid = uuid::Uuid::from_u128(0x11fb_06fb_712d_4ddd_98c7_e71b_bd58_8830);
    Some(Value::string(uuid::Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string()))
}

/// A number of 64 bits as 13 characters of 5 bits each, from the highest on.
fn base_32(mut number: u64) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut out = String::with_capacity(13);
    for _ in 0..13 {
        out.push(LETTERS.get((number >> 59) as usize).copied().map_or('a', char::from));
        number <<= 5;
    }
    out
}

/// The 64-bit variant of the murmur hash with two 32-bit lanes that the deployment engine uses. Its results are public knowledge, not documentation:
/// `uniqueString('hello', 'world')` is `a7wkljktk6wne`, `uniqueString('tyeth')` is `zcztcwvu6iyg6`.
fn murmur(bytes: &[u8]) -> u64 {
    const A: u32 = 0x239b_961b;
    const B: u32 = 0xab0e_9789;
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
    let first = |word: u32| word.wrapping_mul(A).rotate_left(15).wrapping_mul(B);
    let second = |word: u32| word.wrapping_mul(B).rotate_left(17).wrapping_mul(A);
    let (mut x, mut y) = (0_u32, 0_u32);
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        let (low, high) = chunk.split_at(4);
        x = (x ^ first(word(low))).rotate_left(19).wrapping_add(y).wrapping_mul(5).wrapping_add(0x561c_cd1b);
        y = (y ^ second(word(high))).rotate_left(13).wrapping_add(x).wrapping_mul(5).wrapping_add(0x0bca_a747);
    }
    let rest = chunks.remainder();
    let (low, high) = rest.split_at(rest.len().min(4));
    if !low.is_empty() {
        x ^= first(word(low));
    }
    if !high.is_empty() {
        y ^= second(word(high));
    }
    // Texts are bounded far below 4 GB.
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    x ^= length;
    y ^= length;
    x = x.wrapping_add(y);
    y = y.wrapping_add(x);
    let mix = |mut lane: u32| {
        lane = (lane ^ lane >> 16).wrapping_mul(0x85eb_ca6b);
        lane = (lane ^ lane >> 13).wrapping_mul(0xc2b2_ae35);
        lane ^ lane >> 16
    };
    x = mix(x);
    y = mix(y);
    x = x.wrapping_add(y);
    y = y.wrapping_add(x);
    u64::from(y) << 32 | u64::from(x)
}
