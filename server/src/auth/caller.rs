//! Puts the caller into the request: who it is (by Bearer token or cookie) and from which address.
//! An expired access cookie beside a good refresh cookie is renewed on the way.

use std::net::{IpAddr, SocketAddr};

use admint_domain::{Accounts, AppError, Client, ErrorCode, SessionId, UserView};
use app::context::{CallersClient, CookiePolicy, cookies};
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::CookieJar;

use crate::{api::error::ApiError, state::AppState};

/// Who asks.
#[derive(Clone, Debug)]
pub enum Caller {
    Nobody,
    SignedIn {
        user: UserView,
        session: SessionId,
    },
    /// Something was shown that is no good (or could not be checked).
    Refused(AppError),
}

impl Caller {
    pub fn user(&self) -> Option<&UserView> {
        match self {
            Self::SignedIn { user, .. } => Some(user),
            _ => None,
        }
    }

    pub fn session(&self) -> Option<SessionId> {
        match self {
            Self::SignedIn { session, .. } => Some(*session),
            _ => None,
        }
    }
}

/// The signed-in user, for handlers that need one; anybody else gets 401.
pub struct CurrentCaller {
    pub user: UserView,
    pub session: SessionId,
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentCaller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        match parts.extensions.get::<Caller>() {
            Some(Caller::SignedIn { user, session }) => Ok(Self { user: user.clone(), session: *session }),
            Some(Caller::Refused(error)) => Err(error.clone().into()),
            Some(Caller::Nobody) | None => Err(AppError::unauthorized().into()),
        }
    }
}

/// The access token in an `Authorization: Bearer` header.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The middleware. A Bearer token, where there is one, decides alone; cookies are not looked at.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.unwrap_or_default().to_owned();
    let client = Client { address: client_address(&state, &request), agent };
    request.extensions_mut().insert(CallersClient(client));

    let policy = state.cookie_policy();
    let (caller, set_cookies) = match bearer(request.headers()) {
        Some(token) => (authenticate(&*state.accounts, token).await, None),
        None => by_cookie(&*state.accounts, policy, request.headers()).await,
    };
    if let Caller::Refused(error) = &caller
        && error.code != ErrorCode::Unauthorized
        && bearer(request.headers()).is_none()
    {
        // Not knowing who asks is no reason to show a log-in page.
        return crate::pages::problem(&request, error.clone());
    }
    request.extensions_mut().insert(caller);
    let mut response = next.run(request).await;
    if let Some(set_cookies) = set_cookies {
        keep_cookies(response.headers_mut(), policy, &set_cookies);
    }
    response
}

async fn authenticate(accounts: &dyn Accounts, token: &str) -> Caller {
    match accounts.authenticate(token).await {
        Ok((user, session)) => Caller::SignedIn { user, session },
        Err(error) => Caller::Refused(error),
    }
}

async fn by_cookie(
    accounts: &dyn Accounts,
    policy: CookiePolicy,
    headers: &HeaderMap,
) -> (Caller, Option<[String; 2]>) {
    let jar = CookieJar::from_headers(headers);
    let value = |name| jar.get(name).map(|cookie| cookie.value()).filter(|value| !value.is_empty());
    let (access, refresh) = (value(policy.access_name()), value(policy.refresh_name()));
    if access.is_none() && refresh.is_none() {
        return (Caller::Nobody, None);
    }
    if let Some(access) = access {
        match authenticate(accounts, access).await {
            Caller::Refused(error) if error.code == ErrorCode::Unauthorized => {}
            known => return (known, None),
        }
    }
    let Some(refresh) = refresh else {
        return (Caller::Nobody, Some(cookies::signed_out(policy)));
    };
    match accounts.refresh(refresh).await {
        Ok(signed_in) => {
            let set_cookies = cookies::signed_in(policy, &signed_in);
            match signed_in.session {
                Some(session) => (Caller::SignedIn { user: signed_in.user, session }, Some(set_cookies)),
                None => (Caller::Nobody, None),
            }
        }
        Err(error) if error.code == ErrorCode::Unauthorized => {
            (Caller::Nobody, Some(cookies::signed_out(policy)))
        }
        Err(error) => (Caller::Refused(error), None),
    }
}

/// Adds the cookies, unless the handler wrote or cleared them itself: a log-out wins over a renewal.
fn keep_cookies(headers: &mut HeaderMap, policy: CookiePolicy, set_cookies: &[String; 2]) {
    let ours = |value: &HeaderValue| {
        [policy.access_name(), policy.refresh_name()].iter().any(|name| {
            value.as_bytes().strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
        })
    };
    if headers.get_all(header::SET_COOKIE).iter().any(ours) {
        return;
    }
    for cookie in set_cookies {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}

fn client_address(state: &AppState, request: &Request) -> String {
    let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
        return "unknown".into();
    };
    let forwarded: Vec<&str> =
        request.headers().get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let client: IpAddr = state.proxies.client(peer.ip(), &forwarded);
    client.to_string()
}
