//! Conditions over parameters: how they are written, and whether they hold.

use fastrand::Rng;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Bicep,
    Terraform,
}

/// A value for each parameter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assignment {
    pub(crate) env: &'static str,
    pub(crate) flag: bool,
    pub(crate) n: i64,
    pub(crate) list: &'static [&'static str],
}

/// One question to a parameter: in Bicep, in Terraform (empty where the language has no such words), and its answer.
pub(crate) type Leaf = (&'static str, &'static str, fn(&Assignment) -> bool);

/// A way of asking.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// The values of `env`, where its domain is stated.
    envs: &'static [&'static str],
    /// Whether the domain must be stated: the questions fail for other values.
    pub(crate) closed: bool,
    leaves: &'static [Leaf],
}

const ENVS: &[&str] = &["dev", "prod", "PROD", "test"];
const WITH_REGION: &[&str] = &["prod-eu", "dev-us", "prod-us"];

const IS_PROD: Leaf = ("env == 'prod'", "var.env == \"prod\"", |a| a.env == "prod");
const IS_DEV: Leaf = ("env == 'dev'", "var.env == \"dev\"", |a| a.env == "dev");
const FLAG: Leaf = ("flag", "var.flag", |a| a.flag);

pub(crate) const KINDS: &[Kind] = &[
    Kind {
        name: "plain",
        envs: ENVS,
        closed: false,
        leaves: &[
            IS_PROD,
            IS_DEV,
            ("env != 'test'", "var.env != \"test\"", |a| a.env != "test"),
            FLAG,
            ("n == 2", "var.n == 2", |a| a.n == 2),
            ("n == 3", "var.n == 3", |a| a.n == 3),
        ],
    },
    Kind {
        name: "lower",
        envs: ENVS,
        closed: false,
        leaves: &[
            ("toLower(env) == 'prod'", "lower(var.env) == \"prod\"", |a| a.env.to_lowercase() == "prod"),
            ("toUpper(env) == 'DEV'", "upper(var.env) == \"DEV\"", |a| a.env.to_uppercase() == "DEV"),
            IS_PROD,
            IS_DEV,
        ],
    },
    Kind {
        name: "folded",
        envs: ENVS,
        closed: false,
        leaves: &[
            ("env =~ 'prod'", "", |a| a.env.eq_ignore_ascii_case("prod")),
            ("env !~ 'prod'", "", |a| !a.env.eq_ignore_ascii_case("prod")),
            ("env == 'prod'", "", |a| a.env == "prod"),
            ("env == 'dev'", "", |a| a.env == "dev"),
        ],
    },
    Kind {
        name: "compared",
        envs: ENVS,
        closed: false,
        leaves: &[
            ("n > 2", "var.n > 2", |a| a.n > 2),
            ("n <= 2", "var.n <= 2", |a| a.n <= 2),
            ("n >= 3", "var.n >= 3", |a| a.n >= 3),
            ("n < 2", "var.n < 2", |a| a.n < 2),
            ("n == 1", "var.n == 1", |a| a.n == 1),
            ("n == 4", "var.n == 4", |a| a.n == 4),
        ],
    },
    Kind {
        name: "length",
        envs: ENVS,
        closed: false,
        leaves: &[
            ("empty(list)", "length(var.list) == 0", |a| a.list.is_empty()),
            ("length(list) == 0", "length(var.list) < 1", |a| a.list.is_empty()),
            ("length(list) > 0", "length(var.list) > 0", |a| !a.list.is_empty()),
            ("length(list) > 1", "length(var.list) > 1", |a| a.list.len() > 1),
            ("length(list) == 1", "length(var.list) == 1", |a| a.list.len() == 1),
        ],
    },
    Kind {
        name: "starts",
        envs: ENVS,
        closed: false,
        leaves: &[
            // Bicep's function doesn't look at the case, Terraform's does: no question here tells them apart.
            ("startsWith(env, 'd')", "startswith(var.env, \"d\")", |a| a.env.starts_with('d')),
            ("endsWith(env, 'st')", "endswith(var.env, \"st\")", |a| a.env.ends_with("st")),
            IS_DEV,
            ("env == 'test'", "var.env == \"test\"", |a| a.env == "test"),
        ],
    },
    Kind {
        name: "split",
        envs: WITH_REGION,
        closed: true,
        leaves: &[
            ("split(env, '-')[0] == 'prod'", "split(\"-\", var.env)[0] == \"prod\"", |a| a.env.starts_with("prod-")),
            ("split(env, '-')[1] == 'us'", "split(\"-\", var.env)[1] == \"us\"", |a| a.env.ends_with("-us")),
            ("env == 'prod-us'", "var.env == \"prod-us\"", |a| a.env == "prod-us"),
            ("env == 'dev-us'", "var.env == \"dev-us\"", |a| a.env == "dev-us"),
        ],
    },
    Kind {
        name: "text_of_bool",
        envs: ENVS,
        closed: false,
        leaves: &[
            ("string(flag) == 'True'", "tostring(var.flag) == \"true\"", |a| a.flag),
            ("string(flag) == 'False'", "\"on-${var.flag}\" == \"on-false\"", |a| !a.flag),
            ("'on-${flag}' == 'on-True'", "format(\"%s\", var.flag) == \"true\"", |a| a.flag),
            // An interpolation alone is no text: Terraform compares a boolean with a text, which is never the same.
            ("", "\"${var.flag}\" == \"false\"", |_| false),
            FLAG,
        ],
    },
    Kind {
        name: "regex",
        envs: ENVS,
        closed: false,
        leaves: &[
            ("", "can(regex(\"^d\", var.env))", |a| a.env.starts_with('d')),
            ("", "length(regexall(\"st$\", var.env)) > 0", |a| a.env.ends_with("st")),
            ("", "var.env == \"dev\"", |a| a.env == "dev"),
            ("", "var.env == \"test\"", |a| a.env == "test"),
        ],
    },
    Kind {
        name: "index",
        envs: ENVS,
        closed: true,
        leaves: &[
            (
                "{ dev: false, prod: true, PROD: true, test: false }[env]",
                "{ dev = false, prod = true, PROD = true, test = false }[var.env]",
                |a| matches!(a.env, "prod" | "PROD"),
            ),
            (
                "{ dev: 'a', prod: 'b', PROD: 'c', test: 'a' }[env] == 'a'",
                "lookup({ dev = \"a\", test = \"a\" }, var.env, \"b\") == \"a\"",
                |a| matches!(a.env, "dev" | "test"),
            ),
            IS_PROD,
            IS_DEV,
        ],
    },
];

impl Kind {
    pub(crate) fn leaves(&self, language: Language) -> Vec<Leaf> {
        self.leaves.iter().filter(|l| !words(l, language).is_empty()).copied().collect()
    }

    /// A random condition, no deeper than `depth`.
    pub(crate) fn condition(&self, language: Language, rng: &mut Rng, depth: usize) -> Condition {
        let leaves = self.leaves(language);
        if depth == 0 || rng.bool() {
            return Condition::Leaf(leaves[rng.usize(..leaves.len())]);
        }
        let mut inner = || Box::new(self.condition(language, rng, depth - 1));
        let (a, b) = (inner(), inner());
        match rng.u8(..3) {
            0 => Condition::Not(a),
            1 => Condition::And(a, b),
            _ => Condition::Or(a, b),
        }
    }

    /// The parameters, with their domains where these are stated.
    pub(crate) fn parameters(&self, language: Language, stated: bool) -> String {
        let quoted = |mark: &str| self.envs.iter().map(|e| format!("{mark}{e}{mark}")).collect::<Vec<_>>().join(", ");
        match (language, stated) {
            (Language::Bicep, true) => format!(
                r"@allowed([{}])
param env string
param flag bool
@minValue(1)
@maxValue(4)
param n int
param list array
",
                quoted("'")
            ),
            (Language::Bicep, false) => r"param env string
param flag bool
param n int
param list array
"
            .to_owned(),
            (Language::Terraform, stated) => {
                let validation = |condition: String| {
                    if !stated {
                        return String::new();
                    }
                    format!(
                        r#"  validation {{
    condition     = {condition}
    error_message = "Not allowed."
  }}
"#
                    )
                };
                let of = |name: &str, kind: &str, validation: String| {
                    format!(
                        r#"variable "{name}" {{
  type     = {kind}
  nullable = false
{validation}}}
"#
                    )
                };
                [
                    of("env", "string", validation(format!("contains([{}], var.env)", quoted("\"")))),
                    of("flag", "bool", String::new()),
                    of("n", "number", validation("contains([1, 2, 3, 4], var.n)".to_owned())),
                    of("list", "list(string)", String::new()),
                ]
                .concat()
            }
        }
    }

    /// All assignments; with some values beyond where no domain is stated.
    pub(crate) fn assignments(&self, stated: bool) -> Vec<Assignment> {
        let more: &[&str] = if stated { &[] } else { &["stage", "Dev", "Prod", "TEST", "dust", "delta"] };
        let numbers = if stated { 1..=4 } else { -1..=6 };
        let lists: [&[&str]; 4] = [&[], &["a"], &["a", "b"], &["a", "b", "c"]];
        let mut out = Vec::new();
        for env in self.envs.iter().chain(more) {
            for flag in [true, false] {
                for n in numbers.clone() {
                    out.extend(lists.iter().map(|list| Assignment { env, flag, n, list }));
                }
            }
        }
        out
    }
}

fn words(leaf: &Leaf, language: Language) -> &'static str {
    match language {
        Language::Bicep => leaf.0,
        Language::Terraform => leaf.1,
    }
}

/// A condition of several questions.
pub(crate) enum Condition {
    Leaf(Leaf),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

impl Condition {
    pub(crate) fn write(&self, language: Language) -> String {
        match self {
            Self::Leaf(leaf) => format!("({})", words(leaf, language)),
            Self::Not(a) => format!("!{}", a.write(language)),
            Self::And(a, b) => format!("({} && {})", a.write(language), b.write(language)),
            Self::Or(a, b) => format!("({} || {})", a.write(language), b.write(language)),
        }
    }

    pub(crate) fn holds(&self, assignment: &Assignment) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.2(assignment),
            Self::Not(a) => !a.holds(assignment),
            Self::And(a, b) => a.holds(assignment) && b.holds(assignment),
            Self::Or(a, b) => a.holds(assignment) || b.holds(assignment),
        }
    }
}
