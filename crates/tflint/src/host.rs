//! The connection back to tflint: its `Runner` service, one connection for each check.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use http::uri::PathAndQuery;
#[cfg(unix)]
use hyper_util::rt::TokioIo;
use prost::Message;
use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;

use crate::protocol::{
    Applied, BodyContent, BodySchema, ConnInfo, Content, Empty, Files, Issue, RuleConfigRequest, Text, Texts,
};

/// tflint, as one check sees it.
pub(crate) struct Host {
    client: Grpc<Channel>,
}

impl Host {
    /// Connects to tflint at the address in `connection`.
    ///
    /// # Errors
    /// Where nothing answers there.
    pub(crate) async fn connect(connection: &ConnInfo) -> anyhow::Result<Self> {
        let address = connection.address.clone();
        let channel = match connection.network.as_str() {
            #[cfg(unix)]
            "unix" => {
                let dial = tower::service_fn(move |_: http::Uri| {
                    let address = address.clone();
                    async move { tokio::net::UnixStream::connect(address).await.map(TokioIo::new) }
                });
                // The address is the socket's; the URI is only needed to form a request.
                Endpoint::from_static("http://tflint").connect_with_connector(dial).await
            }
            "tcp" => Endpoint::from_shared(format!("http://{address}"))?.connect().await,
            other => bail!("tflint listens on a network that is not known: {other}"),
        };
        Ok(Self { client: Grpc::new(channel.context("tflint does not answer")?) })
    }

    /// The calls that lead to the module; empty for the root.
    ///
    /// # Errors
    /// Where tflint does not answer, as for all calls here.
    pub(crate) async fn module_path(&mut self) -> anyhow::Result<Vec<String>> {
        Ok(self.call::<_, Texts>("GetModulePath", Empty {}).await?.values)
    }

    /// The directory that tflint was started in: `--chdir` and `--recursive` switch to others.
    pub(crate) async fn original_directory(&mut self) -> anyhow::Result<PathBuf> {
        Ok(PathBuf::from(self.call::<_, Text>("GetOriginalwd", Empty {}).await?.value))
    }

    /// The module's files, by path relative to the directory that tflint was started in.
    pub(crate) async fn files(&mut self) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let mut files: Vec<_> = self.call::<_, Files>("GetFiles", Empty {}).await?.files.into_iter().collect();
        files.sort();
        Ok(files)
    }

    /// The attributes of `schema` in the `rule` block of `name`.
    pub(crate) async fn rule_config(&mut self, name: &str, schema: BodySchema) -> anyhow::Result<BodyContent> {
        let request = RuleConfigRequest { name: name.to_owned(), schema: Some(schema) };
        Ok(self.call::<_, Content>("GetRuleConfigContent", request).await?.content.unwrap_or_default())
    }

    /// Reports `issue`.
    pub(crate) async fn emit(&mut self, issue: Issue) -> anyhow::Result<()> {
        self.call::<_, Applied>("EmitIssue", issue).await?;
        Ok(())
    }

    async fn call<Q, A>(&mut self, method: &str, request: Q) -> anyhow::Result<A>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        self.client.ready().await.context("tflint went away")?;
        let path = PathAndQuery::try_from(format!("/proto.Runner/{method}"))?;
        let answer = self.client.unary(tonic::Request::new(request), path, ProstCodec::<Q, A>::default()).await;
        Ok(answer.map_err(|status| anyhow::anyhow!("tflint refused {method}: {}", status.message()))?.into_inner())
    }
}
