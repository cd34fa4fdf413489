//! The types of functions' parameters. <https://developer.hashicorp.com/terraform/language/functions>

use cmklint_graph::{Kind, Value};

use super::types::{Ty, is_null};
use super::{Made, Stop, convert};

/// A parameter: the type that an argument is converted to. All but [`P::Open`] refuse null.
#[derive(Clone, Copy, Debug)]
enum P {
    Str,
    Num,

    /// Anything.
    Any,
    /// Anything, null too.
    Open,
    Strings,
    Bools,
    List,
    Set,
    StringLists,
}

impl P {
    fn ty(self) -> Ty {
        let list = |of: Ty| Ty::List(Box::new(of));
        match self {
            Self::Str => Ty::String,
            Self::Num => Ty::Number,

            Self::Any | Self::Open => Ty::Any,
            Self::Strings => list(Ty::String),
            Self::Bools => list(Ty::Bool),
            Self::List => list(Ty::Any),
            Self::Set => Ty::Set(Box::new(Ty::Any)),
            Self::StringLists => Ty::Map(Box::new(list(Ty::String))),
        }
    }

    fn take(self, value: &Value) -> Made {
        if matches!(value.kind, Kind::Null) && !matches!(self, Self::Open) {
            return Err(Stop::Refused("an argument that is null"));
        }
        convert::to(value, &self.ty())
    }
}

use P::{Any, Bools, List, Num, Open, Set, Str, StringLists, Strings};

/// Names, parameters, and the variadic parameter.
const SIGNATURES: &[(&[&str], &[P], Option<P>)] = &[
    (&["abs", "ceil", "floor", "signum"], &[Num], None),
    (&["log", "pow"], &[Num, Num], None),
    (&["max", "min"], &[], Some(Num)),
    (&["parseint"], &[Any, Num], None),
    (
        &["chomp", "lower", "upper", "title", "trimspace", "strrev", "basename", "dirname", "pathexpand", "abspath"],
        &[Str],
        None,
    ),
    (
        &["base64decode", "base64encode", "base64gzip", "urlencode", "csvdecode", "jsondecode", "yamldecode"],
        &[Str],
        None,
    ),
    (&["md5", "sha1", "sha256", "sha512", "base64sha256", "base64sha512"], &[Str], None),
    (
        &[
            "file",
            "fileexists",
            "filebase64",
            "filebase64sha256",
            "filebase64sha512",
            "filemd5",
            "filesha1",
            "filesha256",
            "filesha512",
        ],
        &[Str],
        None,
    ),
    (
        &["startswith", "endswith", "strcontains", "trim", "trimprefix", "trimsuffix", "split", "regex", "regexall"],
        &[Str, Str],
        None,
    ),
    (
        &[
            "textdecodebase64",
            "textencodebase64",
            "formatdate",
            "timeadd",
            "timecmp",
            "uuidv5",
            "fileset",
            "rsadecrypt",
        ],
        &[Str, Str],
        None,
    ),
    (&["replace"], &[Str, Str, Str], None),
    (&["substr"], &[Str, Num, Num], None),
    (&["indent"], &[Num, Str], None),
    (&["join"], &[Str], Some(Strings)),
    (&["format", "formatlist"], &[Str], Some(Open)),
    (&["alltrue", "anytrue"], &[Bools], None),
    (&["chunklist"], &[List, Num], None),
    (&["coalesce", "coalescelist", "merge"], &[], Some(Open)),
    (&["concat"], &[], Some(Any)),
    (&["compact", "sort"], &[Strings], None),
    (&["contains"], &[Any, Any], None),
    (&["distinct"], &[List], None),
    (&["element"], &[Any, Num], None),
    (&["flatten", "keys", "values", "length", "sum", "reverse"], &[Any], None),
    (&["index"], &[Any, Any], None),
    (&["lookup"], &[Any, Str], Some(Open)),
    (&["matchkeys"], &[List, List, List], None),
    (&["one"], &[Any], None),
    (&["range"], &[], Some(Num)),
    (&["setintersection", "setunion"], &[Set], Some(Set)),
    (&["setproduct"], &[], Some(Any)),
    (&["setsubtract"], &[Set, Set], None),
    (&["slice"], &[Any, Num, Num], None),
    (&["transpose"], &[StringLists], None),
    (&["zipmap"], &[Strings, Any], None),
    (&["jsonencode", "yamlencode"], &[Open], None),
    (&["tostring", "tonumber", "tobool", "tolist", "toset", "tomap"], &[Open], None),
    (&["sensitive", "nonsensitive", "issensitive", "ephemeralasnull"], &[Open], None),
    (&["cidrhost"], &[Str, Num], None),
    (&["cidrnetmask"], &[Str], None),
    (&["cidrsubnet"], &[Str, Num, Num], None),
    (&["cidrsubnets"], &[Str], Some(Num)),
    (&["templatefile"], &[Str, Any], None),
    (&["templatestring"], &[Str, Any], None),
    (&["can"], &[Open], None),
];

fn find(name: &str) -> Option<(&'static [P], Option<P>)> {
    SIGNATURES.iter().find(|(names, ..)| names.contains(&name)).map(|(_, fixed, more)| (*fixed, *more))
}

fn check_count(fixed: &[P], more: Option<P>, count: usize) -> Result<(), Stop> {
    if count < fixed.len() {
        return Err(Stop::Refused("too few arguments"));
    }
    if more.is_none() && count > fixed.len() { Err(Stop::Refused("too many arguments")) } else { Ok(()) }
}

/// Refuses a call of a known function with too many or too few arguments, or with null where that is not allowed.
pub(super) fn check(name: &str, args: &[Value]) -> Result<(), Stop> {
    let Some((fixed, more)) = find(name) else { return Ok(()) };
    check_count(fixed, more, args.len())?;
    let params = fixed.iter().copied().chain(std::iter::repeat_with(|| more.unwrap_or(Open)));
    match args.iter().zip(params).any(|(arg, param)| is_null(arg) && !matches!(param, Open)) {
        true => Err(Stop::Refused("an argument that is null")),
        false => Ok(()),
    }
}

/// The arguments converted to the types of the parameters of `name`.
pub(super) fn prepare(name: &str, args: &[Value]) -> Result<Vec<Value>, Stop> {
    let Some((fixed, more)) = find(name) else { return Err(Stop::Unknown) };
    check_count(fixed, more, args.len())?;
    let params = fixed.iter().copied().chain(std::iter::repeat_with(|| more.unwrap_or(Open)));
    args.iter().zip(params).map(|(arg, param)| param.take(arg)).collect()
}
