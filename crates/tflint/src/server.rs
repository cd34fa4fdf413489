//! The gRPC services that tflint expects of a plugin: the rule set, and go-plugin's broker and controller.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use prost::Message;
use tokio::sync::{Mutex, Notify};
use tokio_stream::StreamExt as _;
use tonic::body::Body;
use tonic::server::{Grpc, NamedService};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

use crate::host::Host;
use crate::names;
use crate::protocol::{CheckRequest, ConfigSchema, ConnInfo, Content, Empty, GlobalConfigRequest, Text, Texts};
use crate::ruleset::{self, RuleSet};

/// The newest SDK whose protocol this plugin implements: tflint asks for it, and refuses plugins below 0.16.
const SDK: &str = "0.25.0";

/// The versions of tflint that this plugin works with.
const TFLINT: &str = ">= 0.46";

/// How long to wait for the broker's message about a connection: it may arrive after the check that needs it.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);

/// The state that all services share.
#[derive(Default)]
pub(crate) struct Shared {
    rule_set: Mutex<RuleSet>,
    /// The connections that the broker has announced, by id.
    connections: Mutex<HashMap<u32, ConnInfo>>,
    /// Notified when a connection is announced.
    connected: Notify,
    /// Notified when the host asks for the end, or has gone.
    pub(crate) ended: Notify,
}

impl Shared {
    /// The connection of `id`.
    async fn connection(&self, id: u32) -> Result<ConnInfo, Status> {
        let wait = async {
            loop {
                let came = self.connected.notified();
                if let Some(connection) = self.connections.lock().await.remove(&id) {
                    return connection;
                }
                came.await;
            }
        };
        let timeout = tokio::time::timeout(CONNECTION_WAIT, wait).await;
        timeout.map_err(|_| Status::unavailable(format!("tflint announced no connection {id}")))
    }

    async fn check(&self, request: CheckRequest) -> Result<(), Status> {
        let connection = self.connection(request.runner).await?;
        let rule_set = self.rule_set.lock().await.clone();
        let checked = async {
            let mut host = Host::connect(&connection).await?;
            rule_set.check(&mut host).await
        };
        checked.await.map_err(|error| Status::failed_precondition(format!("{error:#}")))
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

/// Handles a call with one request and one response, by `answer`.
fn unary<Q, A, F>(request: http::Request<Body>, answer: impl Fn(Q) -> F + Send + Sync + 'static) -> Answer
where
    Q: Message + Default + 'static,
    A: Message + 'static,
    F: Future<Output = Result<A, Status>> + Send + 'static,
{
    Box::pin(async move {
        let service = tower::service_fn(move |request: Request<Q>| {
            let answer = answer(request.into_inner());
            async move { answer.await.map(Response::new) }
        });
        Ok(Grpc::new(ProstCodec::<A, Q>::default()).unary(service, request).await)
    })
}

/// The response to a call of an unknown method.
fn unknown() -> Answer {
    Box::pin(async { Ok(Status::unimplemented("no such method").into_http()) })
}

fn text(value: &str) -> Result<Text, Status> {
    Ok(Text { value: value.to_owned() })
}

/// A service's calls by the last part of their path.
macro_rules! service {
    ($(#[$about:meta])* $type:ident, $name:literal, $answer:path) => {
        $(#[$about])*
        #[derive(Clone)]
        pub(crate) struct $type(pub Arc<Shared>);

        impl NamedService for $type {
            const NAME: &'static str = $name;
        }

        impl tower::Service<http::Request<Body>> for $type {
            type Response = http::Response<Body>;
            type Error = Infallible;
            type Future = Answer;

            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
                Poll::Ready(Ok(()))
            }

            fn call(&mut self, request: http::Request<Body>) -> Answer {
                let method = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
                $answer(&method, request, Arc::clone(&self.0))
            }
        }
    };
}

service!(
    /// `proto.RuleSet`: the calls of tflint to a plugin.
    RuleSetService,
    "proto.RuleSet",
    rule_set
);
service!(
    /// `plugin.GRPCBroker`: by it tflint announces where it can be called back.
    BrokerService,
    "plugin.GRPCBroker",
    broker
);
service!(
    /// `plugin.GRPCController`: by it tflint ends the plugin.
    ControllerService,
    "plugin.GRPCController",
    controller
);

fn rule_set(method: &str, request: http::Request<Body>, shared: Arc<Shared>) -> Answer {
    match method {
        "GetName" => unary(request, |_: Empty| async { text("cmklint") }),
        "GetVersion" => unary(request, |_: Empty| async { text(env!("CARGO_PKG_VERSION")) }),
        "GetVersionConstraint" => unary(request, |_: Empty| async { text(TFLINT) }),
        "GetSDKVersion" => unary(request, |_: Empty| async { text(SDK) }),
        "GetRuleNames" => unary(request, |_: Empty| async { Ok(Texts { values: names::names() }) }),
        "GetConfigSchema" => {
            unary(request, |_: Empty| async { Ok(ConfigSchema { schema: Some(ruleset::plugin_schema()) }) })
        }
        "ApplyGlobalConfig" => unary(request, move |config: GlobalConfigRequest| {
            let shared = Arc::clone(&shared);
            async move {
                shared.rule_set.lock().await.global = config.config.unwrap_or_default();
                Ok(Empty {})
            }
        }),
        "ApplyConfig" => unary(request, move |content: Content| {
            let shared = Arc::clone(&shared);
            async move {
                let applied = shared.rule_set.lock().await.apply(&content.content.unwrap_or_default());
                applied.map(|()| Empty {}).map_err(|error| Status::invalid_argument(error.to_string()))
            }
        }),
        "Check" => unary(request, move |check: CheckRequest| {
            let shared = Arc::clone(&shared);
            async move { shared.check(check).await.map(|()| Empty {}) }
        }),
        _ => unknown(),
    }
}

/// The host keeps one stream open as long as it lives, and announces each connection on it.
fn broker(method: &str, request: http::Request<Body>, shared: Arc<Shared>) -> Answer {
    if method != "StartStream" {
        return unknown();
    }
    Box::pin(async move {
        let service = tower::service_fn(move |request: Request<Streaming<ConnInfo>>| {
            let shared = Arc::clone(&shared);
            async move {
                tokio::spawn(async move {
                    let mut announced = request.into_inner();
                    while let Some(Ok(connection)) = announced.next().await {
                        shared.connections.lock().await.insert(connection.service_id, connection);
                        shared.connected.notify_waiters();
                    }
                    shared.ended.notify_one();
                });
                // The plugin opens no connections of its own.
                Ok::<_, Status>(Response::new(tokio_stream::pending::<Result<ConnInfo, Status>>()))
            }
        });
        Ok(Grpc::new(ProstCodec::<ConnInfo, ConnInfo>::default()).streaming(service, request).await)
    })
}

fn controller(method: &str, request: http::Request<Body>, shared: Arc<Shared>) -> Answer {
    if method != "Shutdown" {
        return unknown();
    }
    unary(request, move |_: Empty| {
        let shared = Arc::clone(&shared);
        async move {
            shared.ended.notify_one();
            Ok(Empty {})
        }
    })
}
