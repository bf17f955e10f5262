use std::time::Duration;

use temporalio_client::{
    Client, ClientOptions, Connection, ConnectionOptions, NamespacedClient, TlsOptions, Url,
    tonic::{IntoRequest, Request},
};
use temporalio_common::protos::temporal::api::workflowservice::v1::DescribeNamespaceRequest;

use crate::{TemporalConfig, TemporalError};

const CONNECT: Duration = Duration::from_secs(5);
/// For one question to the server that it answers at once.
pub(crate) const CALL: Duration = Duration::from_secs(10);

/// A server, and what is ours on it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    url: Url,
    namespace: String,
    pub task_queue: String,
}

impl Place {
    pub fn parse(config: TemporalConfig) -> Result<Self, TemporalError> {
        let TemporalConfig { url, namespace, task_queue } = config;
        let wrong = |why: String| TemporalError::Address { url: url.clone(), why };
        let parsed = Url::parse(&url).map_err(|error| wrong(error.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(wrong("it begins with neither http:// nor https://".into()));
        }
        if !parsed.has_host() {
            return Err(wrong("it names no host".into()));
        }
        Ok(Self { url: parsed, namespace, task_queue })
    }

    /// A connection belongs to the runtime that it was made in.
    pub async fn connect(&self) -> Result<Client, TemporalError> {
        let tls = (self.url.scheme() == "https").then(TlsOptions::default);
        let options = ConnectionOptions::new(self.url.clone())
            .identity(format!("admint-{}", std::process::id()))
            .connect_timeout(CONNECT)
            .maybe_tls_options(tls)
            .build();
        let connection = Connection::connect(options).await?;
        let options = ClientOptions::new(self.namespace.clone()).build();
        Ok(Client::new(connection, options).expect("a client without plug-ins"))
    }
}

/// Fails unless the server answers and has the namespace.
pub(crate) async fn ask_whether_it_is_there(client: &Client) -> Result<(), TemporalError> {
    let question = DescribeNamespaceRequest { namespace: client.namespace(), ..Default::default() };
    let mut question: Request<_> = question.into_request();
    question.set_timeout(CALL);
    client.connection().workflow_service().describe_namespace(question).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, is_an_address: bool) {
        let config =
            TemporalConfig { url: url.into(), namespace: "default".into(), task_queue: "admint".into() };
        assert_eq!(Place::parse(config).is_ok(), is_an_address, "{url}");
    }

    #[test]
    fn addresses_are_told_from_what_is_none() {
        check("http://127.0.0.1:7233", true);
        check("https://temporal.example.com:7233", true);
        check("127.0.0.1:7233", false);
        check("temporal.example.com", false);
        check("grpc://temporal.example.com:7233", false);
        check("", false);
    }
}
