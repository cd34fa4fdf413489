//! The messages of tflint's plugin protocol, version 11, as far as this plugin uses them: the field numbers are those of tflint-plugin-sdk 0.25.

use std::collections::HashMap;

use prost::Message;

/// No fields: the request or response of many calls.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Empty {}

/// A response with one text: the name, the version, …
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Text {
    #[prost(string, tag = "1")]
    pub(crate) value: String,
}

/// A response with several texts: rules' names, a module's path.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Texts {
    #[prost(string, repeated, tag = "1")]
    pub(crate) values: Vec<String>,
}

/// The attributes that `plugin "cmklint"` or a `rule` block may have.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct BodySchema {
    #[prost(message, repeated, tag = "1")]
    pub(crate) attributes: Vec<AttributeSchema>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct AttributeSchema {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(bool, tag = "2")]
    pub(crate) required: bool,
}

/// `GetConfigSchema`'s response.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ConfigSchema {
    #[prost(message, optional, tag = "1")]
    pub(crate) schema: Option<BodySchema>,
}

/// `ApplyGlobalConfig`'s request: the settings of rules in `.tflint.hcl` and on the command line.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct GlobalConfigRequest {
    #[prost(message, optional, tag = "1")]
    pub(crate) config: Option<GlobalConfig>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct GlobalConfig {
    #[prost(map = "string, message", tag = "1")]
    pub(crate) rules: HashMap<String, RuleConfig>,
    #[prost(bool, tag = "2")]
    pub(crate) disabled_by_default: bool,
    #[prost(string, repeated, tag = "3")]
    pub(crate) only: Vec<String>,
    #[prost(bool, tag = "4")]
    pub(crate) fix: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct RuleConfig {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(bool, tag = "2")]
    pub(crate) enabled: bool,
}

/// The content of a block of `.tflint.hcl`: part of `ApplyConfig`'s request and `GetRuleConfigContent`'s response.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct BodyContent {
    #[prost(map = "string, message", tag = "1")]
    pub(crate) attributes: HashMap<String, Attribute>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Attribute {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(message, optional, tag = "6")]
    pub(crate) expression: Option<Expression>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Expression {
    /// The expression's source text.
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) bytes: Vec<u8>,
}

/// `ApplyConfig`'s request, and `GetRuleConfigContent`'s response.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Content {
    #[prost(message, optional, tag = "1")]
    pub(crate) content: Option<BodyContent>,
}

/// `GetRuleConfigContent`'s request.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct RuleConfigRequest {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) schema: Option<BodySchema>,
}

/// `Check`'s request.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct CheckRequest {
    /// The broker's id of the connection back to tflint.
    #[prost(uint32, tag = "1")]
    pub(crate) runner: u32,
}

/// `GetFiles`' response: the module's files by path relative to the directory that tflint was started in.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Files {
    #[prost(map = "string, bytes", tag = "1")]
    pub(crate) files: HashMap<String, Vec<u8>>,
}

/// `EmitIssue`'s request.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Issue {
    #[prost(message, optional, tag = "1")]
    pub(crate) rule: Option<IssueRule>,
    #[prost(string, tag = "2")]
    pub(crate) message: String,
    #[prost(message, optional, tag = "3")]
    pub(crate) range: Option<Range>,
    #[prost(bool, tag = "4")]
    pub(crate) fixable: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct IssueRule {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(bool, tag = "2")]
    pub(crate) enabled: bool,
    #[prost(enumeration = "Severity", tag = "3")]
    pub(crate) severity: i32,
    #[prost(string, tag = "4")]
    pub(crate) link: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, prost::Enumeration)]
pub(crate) enum Severity {
    Unspecified = 0,
    Error = 1,
    Warning = 2,
    Notice = 3,
}

/// `EmitIssue`'s response.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Applied {
    #[prost(bool, tag = "1")]
    pub(crate) applied: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct Range {
    #[prost(string, tag = "1")]
    pub(crate) filename: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) start: Option<Pos>,
    #[prost(message, optional, tag = "3")]
    pub(crate) end: Option<Pos>,
}

/// A place in a file: line and column from 1 (columns in grapheme clusters, as HCL counts), bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, Message)]
pub(crate) struct Pos {
    #[prost(int64, tag = "1")]
    pub(crate) line: i64,
    #[prost(int64, tag = "2")]
    pub(crate) column: i64,
    #[prost(int64, tag = "3")]
    pub(crate) byte: i64,
}

/// A message of go-plugin's broker: the address of the connection with an id.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ConnInfo {
    #[prost(uint32, tag = "1")]
    pub(crate) service_id: u32,
    /// `unix` or `tcp`.
    #[prost(string, tag = "2")]
    pub(crate) network: String,
    #[prost(string, tag = "3")]
    pub(crate) address: String,
}
