//! Expressions by the thousand: each function with arguments of the types it is documented for and some that it refuses,
//! each operator over all kinds of operands, and functions inside functions. The same ones on each run.
//! Signatures: <https://developer.hashicorp.com/terraform/language/functions>.

use std::collections::BTreeSet;

/// A function: its name, a letter for each argument's pool, the letter of what it gives (`-` where that varies).
/// A `*` repeats the last argument up to three times; `?` makes it optional.
const SIGNATURES: &str = "
abs n n|ceil n n|floor n n|log nn n|max n* n|min n* n|parseint di -|pow nn n|signum n n
chomp s s|endswith ss b|startswith ss b|strcontains ss b|format fa* s|format fsn s|format fn s|formatlist fA* A|formatlist fsA A
indent is s|join sA s|join sA* s|lower s s|upper s s|title s s|regex rs s|regexall rs A|replace sss s|replace sRs s|split ss A|strrev s s
substr sii s|templatestring va s|trim ss s|trimprefix ss s|trimsuffix ss s|trimspace s s
alltrue B b|anytrue B b|chunklist Ai -|coalesce s* s|coalesce n* n|coalesce a* -|coalescelist A* A|coalescelist l* l|compact A A|concat A* A
concat l* l|contains As b|contains la b|distinct A A|distinct l l|element Ai s|element li -|flatten L l|flatten l l|index As n|index la n|keys m A
length s n|length l n|length m n|length a n|list a -|lookup ms -|lookup msa -|map sa -|matchkeys AAA A|merge m* m|one l -|range n* -
range i* -|reverse l l|setintersection A* -|setproduct A* -|setproduct l* -|setsubtract AA -|setunion A* -|setunion l* -|slice lii l|sort A A
sum N n|transpose T -|values m l|zipmap Al m|zipmap AA m
base64decode e s|base64encode s s|base64gzip s s|csvdecode C -|jsondecode j -|jsonencode a s|textdecodebase64 eE s|textencodebase64 sE s
urlencode s s|yamldecode y -|yamlencode a s|formatdate Dt s|timeadd tu s|timecmp tt n
base64sha256 s s|base64sha512 s s|md5 s s|sha1 s s|sha256 s s|sha512 s s|uuidv5 Us s
cidrhost ci s|cidrnetmask c s|cidrsubnet cii s|cidrsubnets ci* A
can a b|sensitive a -|issensitive a -|nonsensitive a -|tobool a b|tolist l -|tolist a -|tomap m -|tomap a -|tonumber a n|toset l -|toset a -|tostring a s
try a* -|ephemeralasnull a -
abspath p -|basename p s|dirname p s|pathexpand p s|file p s|fileexists p b|fileset hg -|filebase64 p s|filebase64sha256 p s
filebase64sha512 p s|filemd5 p s|filesha1 p s|filesha256 p s|filesha512 p s|templatefile pm s|rsadecrypt ss -
";

const STRINGS: &[&str] = &[
    r#""""#,
    r#""abc""#,
    r#""Hello World""#,
    r#""a,b,,c""#,
    r#""x-y_z.W 9""#,
    r#""äÖß""#,
    r#""日本語""#,
    r#""e\u0301 🇩🇪""#,
    r#""  pad\t\n""#,
    r#""line\nline two\r\n""#,
    r#""true""#,
    r#""false""#,
    r#""12""#,
    r#""-3.50""#,
    r#""0x1F""#,
    r#""1e3""#,
    r#""a""#,
    r#"",""#,
    r#""b""#,
    r#""l""#,
    r#""$${x} %%{y}""#,
    r#""<&> \"q\" \\ '""#,
    r#""hello-world hello""#,
    r#""ab ab""#,
    r#"" ""#,
    r#""\u2028""#,
    r#""ſİıΣς""#,
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "10",
    "-7",
    "1.5",
    "-2.5",
    "0.1",
    "0.5",
    "100",
    "1e3",
    "2.50",
    "9007199254740993",
    "123456789012345678901234567890",
    "1e-7",
    r#""4""#,
    r#""2.5""#,
    "255",
    "0.3333",
];
const INTEGERS: &[&str] = &["0", "1", "2", "3", "4", "5", "8", "16", "-1", "-2", "1.5", "300", r#""2""#, "10"];
const BOOLS: &[&str] = &["true", "false", r#""true""#, r#""false""#];
const STRING_LISTS: &[&str] = &[
    "[]",
    r#"["a"]"#,
    r#"["a", "b"]"#,
    r#"["b", "a", "b"]"#,
    r#"["", "x", null]"#,
    r#"["a", 1, true]"#,
    r#"tolist(["a", "c"])"#,
    r#"toset(["b", "a"])"#,
    r#"["Z", "a", "ä", "B"]"#,
    r#"["1", "10", "9"]"#,
    "tolist([])",
    "toset([])",
    r#"["b", "c", "d", "e", "f"]"#,
    r#"split(",", "a,b")"#,
];
const BOOL_LISTS: &[&str] = &[
    "[]",
    "[true]",
    "[true, false]",
    "[false, null]",
    "[true, null]",
    r#"["true", true]"#,
    "toset([true])",
    "tolist([false])",
    r#"["no"]"#,
    "[1]",
];
const NUMBER_LISTS: &[&str] = &[
    "[]",
    "[1]",
    "[1, 2, 3]",
    "[1.5, 2]",
    "[0.1, 0.2]",
    r#"["1", 2]"#,
    "toset([3, 1, 2])",
    "tolist([4, 5])",
    "[null]",
    r#"["x"]"#,
    "[-1, 1e3]",
];
const LISTS: &[&str] = &[
    "[]",
    "[1, 2, 3]",
    r#"["a", 1, true, null]"#,
    "[[1], [2, 3]]",
    r#"[{ a = 1 }, { a = 2 }]"#,
    r#"toset(["a", "b"])"#,
    "toset([3, 1, 2])",
    "tolist([1, 2])",
    "[1, 1, 2]",
    "[null, null]",
    r#"[["a"], "b", []]"#,
    "[{ a = 1 }, { a = 1 }]",
    "toset([[1], [2]])",
    "toset([true, false])",
    "[1, \"1\"]",
    "tolist([])",
    r#"[{ a = 1, b = "x" }]"#,
    "toset([{ a = 1 }])",
];
const NESTED: &[&str] = &[
    "[[]]",
    "[[1], [2, [3]]]",
    r#"[toset(["b", "a"]), ["c"]]"#,
    r#"[tolist(["x"]), "y"]"#,
    "[[null], []]",
    "[[[[1]]]]",
    "[{ a = [1] }, [2]]",
    "toset([[1, 2], [3]])",
    "tolist([[1], []])",
];
const MAPS: &[&str] = &[
    "{}",
    "{ a = 1 }",
    r#"{ a = 1, b = "x" }"#,
    r#"{ b = 1, a = 2 }"#,
    r#"tomap({ a = "p", c = "q" })"#,
    "{ a = null }",
    "{ a = { b = 1 } }",
    "tomap({})",
    r#"{ "k 1" = true, "ä" = [1] }"#,
    "{ a = [1, 2] }",
    "tomap({ a = 1, b = 2 })",
    r#"{ a = "x", b = "y", c = "z" }"#,
];
const STRING_LIST_MAPS: &[&str] = &[
    "{}",
    r#"{ a = ["1", "2"], b = ["2"] }"#,
    r#"{ a = [1, 2] }"#,
    "{ a = [] }",
    "{ a = null }",
    r#"{ a = ["x", null] }"#,
    r#"tomap({ b = tolist(["x"]), a = tolist(["x"]) })"#,
];
const FORMATS: &[&str] = &[
    r#""%s""#,
    r#""%d""#,
    r#""%v""#,
    r#""%5s|""#,
    r#""%-5s|""#,
    r#""%05d""#,
    r#""%+d""#,
    r#""%.2f""#,
    r#""%8.3f|""#,
    r#""%q""#,
    r#""%#v""#,
    r#""%x""#,
    r#""%X""#,
    r#""%o""#,
    r#""%b""#,
    r#""%e""#,
    r#""%g""#,
    r#""%t""#,
    r#""%s-%s""#,
    r#""%[2]s %[1]s""#,
    r#""%%""#,
    r#""%""#,
    r#""%z""#,
    r#""%.3s""#,
    r#""%*d""#,
    r#""no verbs""#,
    r#""%03d-%s""#,
    r#""%s %s %s""#,
    r#""% d""#,
    r#""%#x""#,
    r#""%G""#,
    r#""%E""#,
    r#""%i""#,
];
const REGEXES: &[&str] = &[
    r#""a""#,
    r#""[a-z]+""#,
    r#""(\\d+)""#,
    r#""(?P<first>[a-z]+)-(?P<rest>.*)""#,
    r#""([a-z])([a-z])?""#,
    r#""^$""#,
    r#""(""#,
    r#""\\w+\\s""#,
    r#""(?i)HELLO""#,
    r#""[[:alpha:]]""#,
    r#"".""#,
    r#""b*""#,
    r#""a|ab""#,
    r#""\\bab\\b""#,
    r#""(?:x|y)-(y)""#,
    r#""(?=a)""#,
    r#""\\pL+""#,
    r#""^.+$""#,
    r#""(?s)line.*two""#,
    r#""(?m)^line""#,
    r#""x*?""#,
];
const REGEX_PATTERNS: &[&str] = &[
    r#""/a/""#,
    r#""/[a-z]+/""#,
    r#""/(l+)/""#,
    r#""/(?P<n>o)/""#,
    r#""/b*/""#,
    r#""/(/""#,
    r#""/""#,
    r#""//""#,
    r#""/\\s+/""#,
    r#""/^/""#,
    r#""/,|-/""#,
];
const TEMPLATES: &[&str] = &[r#""a""#, r#""hello""#, r#""$${a}""#];
const ENCODED: &[&str] = &[
    r#""aGVsbG8=""#,
    r#""""#,
    r#""aGVsbG8""#,
    r#""/+8=""#,
    r#""_-8=""#,
    r#""w6Q=""#,
    r#""!""#,
    r#""aGVs\nbG8=""#,
    r#""aABlAGwAbABvAA==""#,
    r#""/w==""#,
];
const ENCODINGS: &[&str] = &[
    r#""UTF-8""#,
    r#""UTF-16LE""#,
    r#""UTF-16BE""#,
    r#""utf-16""#,
    r#""ISO-8859-1""#,
    r#""windows-1252""#,
    r#""nope""#,
    r#""ASCII""#,
];
const CSVS: &[&str] = &[
    r#""a,b\n1,2\n3,4""#,
    r#""a\n""#,
    r#""""#,
    r#""a,b\n1""#,
    r#""a,a\n1,2""#,
    r#""x,y\n\"q,1\",\"two\nlines\"\n""#,
    r#""a,b\r\n1,2\r\n\r\n5,6""#,
    r#""a,b\n1,\"\"\"q\"\"\"""#,
    r#""a;b\n1;2""#,
    r#""a\n\"x""#,
    r#""a\nx\"y""#,
    r#"" a ,b\n 1 ,2""#,
];
const JSONS: &[&str] = &[
    r#""{}""#,
    r#""[1, 2.50, 1e3, -0]""#,
    r#""{\"a\": [true, null, \"x\"], \"b\": {\"c\": 1}}""#,
    r#""null""#,
    r#""\"s\\u00e9\"""#,
    r#""{\"a\":1,\"a\":2}""#,
    r#""{""#,
    r#""""#,
    r#""1 2""#,
    r#""12345678901234567890""#,
    r#"" true ""#,
    r#""[1,]""#,
    r#""{\"b\":1,\"a\":2}""#,
    r#""0.1""#,
    r#""[[],{}]""#,
    r#""01""#,
    r#""\"\\ud83d\\ude00\"""#,
    r#""nul""#,
];
const YAMLS: &[&str] = &[
    r#""a: 1""#,
    r#""- a\n- 2\n- true""#,
    r#""a: {b: [1, x]}""#,
    r#""x""#,
    r#""""#,
    r#""null""#,
    r#""~""#,
    r#""1.5""#,
    r#""yes""#,
    r#""'yes'""#,
    r#""\"q\\n\"""#,
    r#""a: |\n  t\n  u\n""#,
    r#""a: >-\n  t\n  u\n""#,
    r#""a: &x 1\nb: *x""#,
    r#""!!str 1""#,
    r#""- 0x1f\n- 0o17\n- 017\n- 1_000\n- .5\n- 1e3\n- .inf""#,
    r#""2001-01-01""#,
    r#""2001-12-14T21:59:43.10-05:00""#,
    r#""a: 1\na: 2""#,
    r#""---\na: 1""#,
    r#""- 1\n---\n- 2""#,
    r#""a: b: c""#,
    r#""1: x\ntrue: y""#,
    r#""? [a]\n: 1""#,
    r#""<<: {a: 1}\nb: 2""#,
    r#""a:\n  - x: 1\n    y: 2\n  - z\nb:""#,
    r#""on: off""#,
    r##""# only a comment""##,
    r#""t: True\nf: FALSE\nn: Null\ne:""#,
    r#""a: 'it''s'\nb: \"\\t\\u00e4\"""#,
    r#""- -1\n- +1\n- 1.\n- 0.10\n- 1e-3""#,
    r#""x: 12:30:45""#,
    r#""[a, b: 1]""#,
    r#""key: \"1\"""#,
    r#""a: !foo 1""#,
];
const DATES: &[&str] = &[
    r#""2006-01-02T15:04:05Z""#,
    r#""2020-02-29T23:59:60Z""#,
    r#""2020-12-31T00:00:00+02:00""#,
    r#""2018-01-02T23:12:01-07:30""#,
    r#""1999-07-04T12:00:00.5Z""#,
    r#""0001-01-01T00:00:00Z""#,
    r#""2021-02-30T00:00:00Z""#,
    r#""2020-01-01""#,
    r#""x""#,
    r#""2017-11-22t00:00:00z""#,
    r#""2006-01-02T15:04:05.999999999Z""#,
    r#""2006-01-02T24:04:05Z""#,
    r#""2017-11-22 00:00:00Z""#,
];
const DATE_FORMATS: &[&str] = &[
    r#""YYYY-MM-DD""#,
    r#""DD MMM YYYY hh:mm ZZZ""#,
    r#""EEEE, DD-MMM-YY hh:mm:ss ZZZ""#,
    r#""EEE, DD MMM YYYY hh:mm:ss ZZZ""#,
    r#""EEE MMMM D H:m:s aa AA ZZZZ""#,
    r#""YYYY-MM-DD'T'hh:mm:ssZZZZZ""#,
    r#""h 'o''clock' AA""#,
    r#""M/D/YY HH Z""#,
    r#""YYY""#,
    r#""'open""#,
    r#""ww""#,
    r#""""#,
    r#""HH:mm""#,
    r#""EE""#,
    r#""MMM D, YYYY!""#,
];
const DURATIONS: &[&str] = &[
    r#""1h""#,
    r#""-24h""#,
    r#""10m30s""#,
    r#""1.5h""#,
    r#""8760h""#,
    r#""100ms""#,
    r#""1ns""#,
    r#""0""#,
    r#""1d""#,
    r#""x""#,
    r#""+5s""#,
    r#""1h-5m""#,
    r#""2us""#,
    r#"".5s""#,
    r#""-.5h""#,
];
const CIDRS: &[&str] = &[
    r#""10.0.0.0/8""#,
    r#""10.1.2.0/24""#,
    r#""192.168.1.17/28""#,
    r#""0.0.0.0/0""#,
    r#""10.0.0.1/32""#,
    r#""fd00:fd12:3456:7890::/56""#,
    r#""2001:db8::/32""#,
    r#""::/0""#,
    r#""10.0.0.0""#,
    r#""10.0.0.0/33""#,
    r#""x""#,
    r#""::ffff:10.0.0.0/104""#,
    r#""010.0.0.0/8""#,
    r#""172.16.5.4/12""#,
];
const NAMESPACES: &[&str] = &[
    r#""dns""#,
    r#""url""#,
    r#""oid""#,
    r#""x500""#,
    r#""6ba7b810-9dad-11d1-80b4-00c04fd430c8""#,
    r#""nope""#,
    r#""{6ba7b810-9dad-11d1-80b4-00c04fd430c8}""#,
    r#""6BA7B810-9DAD-11D1-80B4-00C04FD430C8""#,
];
const DIGITS: &[&str] = &[
    r#""ff""#,
    r#""-101""#,
    r#""777""#,
    r#""zz""#,
    r#""+5""#,
    r#""""#,
    r#""1_000""#,
    r#""9999999999999999999999""#,
    "10",
    "1.5",
    r#""Zz""#,
    r#"" 1""#,
];
const PATHS: &[&str] = &[
    r#""a.txt""#,
    r#""sub/b.tpl""#,
    r#""./sub/../a.txt""#,
    r#""missing""#,
    r#""/x/y/z.tar.gz""#,
    r#""""#,
    r#""a/""#,
    r#""a//b""#,
    r#"".""#,
    r#"".."#,
    r#""/""#,
    r#""sub""#,
    r#""latin1.bin""#,
    r#""sub/.hidden""#,
];
/// Not the folder that Terraform runs in, where it keeps files of its own, and none above: it would walk all of the machine.
const FOLDERS: &[&str] = &[r#""sub/deep""#, r#""sub""#, r#""./sub/""#, r#""missing""#, r#""a.txt""#];
const GLOBS: &[&str] =
    &[r#""*""#, r#""*.txt""#, r#""**""#, r#""**/*.tpl""#, r#""sub/*""#, r#""{a,b}.txt""#, r#""[""#, r#""?.txt""#];
const ODD: &[&str] = &[
    "null",
    "[]",
    "{}",
    "true",
    "1",
    r#""x""#,
    r#"["a"]"#,
    "{ a = 1 }",
    r#"toset(["a"])"#,
    "1.5",
    "tostring(null)",
    r#"tonumber("x")"#,
    "tolist(null)",
];

/// The arguments that a letter of a signature stands for.
fn pool(letter: char) -> Vec<&'static str> {
    let pools: &[&[&str]] = match letter {
        's' => &[STRINGS],
        'n' => &[NUMBERS],
        'i' => &[INTEGERS],
        'b' => &[BOOLS],
        'A' => &[STRING_LISTS],
        'B' => &[BOOL_LISTS],
        'N' => &[NUMBER_LISTS],
        'l' => &[LISTS],
        'L' => &[NESTED],
        'm' => &[MAPS],
        'T' => &[STRING_LIST_MAPS],
        'f' => &[FORMATS],
        'r' => &[REGEXES],
        'R' => &[REGEX_PATTERNS],
        'v' => &[TEMPLATES],
        'e' => &[ENCODED],
        'E' => &[ENCODINGS],
        'C' => &[CSVS],
        'j' => &[JSONS],
        'y' => &[YAMLS],
        't' => &[DATES],
        'D' => &[DATE_FORMATS],
        'u' => &[DURATIONS],
        'c' => &[CIDRS],
        'U' => &[NAMESPACES],
        'd' => &[DIGITS],
        'p' => &[PATHS],
        'h' => &[FOLDERS],
        'g' => &[GLOBS],
        _ => &[STRINGS, NUMBERS, BOOLS, LISTS, MAPS, ODD],
    };
    pools.concat()
}

/// A row of numbers that looks random and is the same on each machine (xorshift64*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        usize::try_from(self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).unwrap() % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

struct Signature {
    name: &'static str,
    args: Vec<char>,
    repeated: bool,
    gives: char,
}

fn signatures() -> Vec<Signature> {
    SIGNATURES
        .split(['\n', '|'])
        .filter(|s| !s.is_empty())
        .map(|text| {
            let mut words = text.split(' ');
            let name = words.next().unwrap();
            let args = words.next().unwrap();
            Signature {
                name,
                repeated: args.ends_with('*'),
                args: args.trim_end_matches('*').chars().collect(),
                gives: words.next().unwrap().chars().next().unwrap(),
            }
        })
        .collect()
}

/// The names of all functions that the expressions call.
pub(crate) fn functions() -> BTreeSet<&'static str> {
    signatures().iter().map(|s| s.name).collect()
}

/// All values that stand in the pools, the longest first.
pub(crate) fn literals() -> Vec<&'static str> {
    let mut all = [pool('a'), pool('A'), pool('N'), pool('c'), pool('t')].concat();
    all.retain(|literal| !literal.contains("null") && !literal.contains("tonumber"));
    all.sort_by_key(|literal| std::cmp::Reverse(literal.len()));
    all.dedup();
    all
}

/// All expressions, in order, each once.
pub(crate) fn expressions() -> Vec<String> {
    let mut all: Vec<String> = include_str!("../data/console/expressions.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
        .map(|line| line.replace('␤', "\n"))
        .collect();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    calls(&mut dice, &mut all);
    operators(&mut dice, &mut all);
    nested(&mut dice, &mut all);
    let mut seen = BTreeSet::new();
    all.retain(|e| seen.insert(e.clone()));
    all
}

/// Each signature with up to this many lists of arguments.
const CALLS: usize = 40;

fn calls(dice: &mut Dice, all: &mut Vec<String>) {
    for signature in signatures() {
        let pools: Vec<Vec<&str>> = signature.args.iter().map(|c| pool(*c)).collect();
        let [only] = &pools[..] else {
            for _ in 0..CALLS {
                let args = arguments(&signature, &pools, dice);
                all.push(format!("{}({})", signature.name, args.join(", ")));
            }
            continue;
        };
        for arg in only.iter().chain(ODD) {
            all.push(format!("{}({arg})", signature.name));
        }
        all.push(format!("{}()", signature.name));
        all.push(format!("{}({}, {})", signature.name, only[0], only[0]));
        for _ in 0..if signature.repeated { CALLS } else { 0 } {
            let args = arguments(&signature, &pools, dice);
            all.push(format!("{}({})", signature.name, args.join(", ")));
        }
    }
}

fn arguments<'a>(signature: &Signature, pools: &[Vec<&'a str>], dice: &mut Dice) -> Vec<&'a str> {
    let mut args: Vec<&str> = pools.iter().map(|pool| argument(pool, dice)).collect();
    if signature.repeated {
        for _ in 0..dice.roll(3) {
            args.push(argument(pools.last().unwrap(), dice));
        }
    }
    args
}

fn argument<'a>(pool: &[&'a str], dice: &mut Dice) -> &'a str {
    if dice.roll(14) == 0 { dice.pick(ODD) } else { dice.pick(pool) }
}

fn operators(dice: &mut Dice, all: &mut Vec<String>) {
    let any = pool('a');
    let numbers = pool('n');
    for op in ["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&&", "||"] {
        for _ in 0..40 {
            all.push(format!("{} {op} {}", dice.pick(&numbers), dice.pick(&numbers)));
            all.push(format!("{} {op} {}", dice.pick(&any), dice.pick(&any)));
        }
    }
    for value in &any {
        all.push(format!("!{value}"));
        all.push(format!("-{value}"));
        all.push(format!("\"<${{{value}}}>\""));
        all.push(format!("{value}[*]"));
        all.push(format!("{value}[*].a"));
        all.push(format!("{value}.*.a"));
        all.push(format!("[for x in {value} : x]"));
        all.push(format!("[for k, v in {value} : \"${{k}}\"]"));
        all.push(format!("{{ for k, v in {value} : k => v }}"));
        all.push(format!("{{ for k, v in {value} : \"g\" => k... }}"));
        all.push(format!("\"%{{ for x in {value} ~}} ${{x}} %{{ endfor ~}}\""));
        all.push(format!("{value} ? 1 : 2"));
        all.push(format!("{value} == {value}"));
        for key in ["0", "1", "-1", "0.5", r#""a""#, r#""0""#, "null", "[]"] {
            all.push(format!("{value}[{key}]"));
        }
        all.push(format!("{value}.a"));
    }
    for _ in 0..500 {
        all.push(format!("{} ? {} : {}", dice.pick(BOOLS), dice.pick(&any), dice.pick(&any)));
        all.push(format!("[{}, {}]", dice.pick(&any), dice.pick(&any)));
        all.push(format!("try({}.a, {})", dice.pick(&any), dice.pick(&any)));
    }
}

fn nested(dice: &mut Dice, all: &mut Vec<String>) {
    let signatures = signatures();
    for _ in 0..2500 {
        let signature = &signatures[dice.roll(signatures.len())];
        all.push(call(signature, &signatures, dice, 3));
    }
}

fn call(signature: &Signature, signatures: &[Signature], dice: &mut Dice, depth: usize) -> String {
    let args: Vec<String> = signature
        .args
        .iter()
        .map(|letter| {
            let fitting: Vec<&Signature> = signatures.iter().filter(|s| s.gives == *letter).collect();
            if depth == 0 || fitting.is_empty() || dice.roll(3) == 0 {
                argument(&pool(*letter), dice).to_owned()
            } else {
                call(fitting[dice.roll(fitting.len())], signatures, dice, depth - 1)
            }
        })
        .collect();
    format!("{}({})", signature.name, args.join(", "))
}
