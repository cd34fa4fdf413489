/// Which resources an analysis looks at, so that an evaluator can leave the bodies of others alone until something reads them.
#[derive(Clone, Copy, Debug)]
pub struct Attention {
    /// Whether resources of a type, in lower case, are looked at. True of too many does no harm.
    pub looks_at: fn(&str) -> bool,
    /// Whether a text in lower case may be the type, or a part of the id, of a resource of which it matters where it is passed on: one with a principal that
    /// another may grant a role. True of too many does no harm.
    pub follows: fn(&str) -> bool,
}
