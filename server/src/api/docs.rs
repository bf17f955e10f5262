//! The API's description at `/api/docs/openapi.json`, and pages to read and try it at `/api/docs/`.

use admint_domain::{GenerationSort, StatusFilter};
use axum::{Router, http::header, response::IntoResponse, routing::get};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        InfoBuilder, OpenApi, OpenApiBuilder,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_swagger_ui::SwaggerUi;

use crate::state::AppState;

pub const PAGES: &str = "/api/docs";
pub const DESCRIPTION: &str = "/api/docs/openapi.json";

/// What is true of the whole API; the routes add themselves.
pub fn description() -> OpenApi {
    let mut openapi = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("AdMint")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Turns one sentence into a finished video ad. Log in at `/api/auth/login`, then send the \
                     access token as `Authorization: Bearer`. Every error is \
                     `{ \"error\": { \"code\", \"message\", \"field\"?, \"retry_after\"?, \"suggestion\"? } }`.",
                ))
                .build(),
        )
        .build();
    let components = openapi.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("bearer", bearer);
    // Named by a query parameter only, and those are not looked through for schemas.
    components.schemas.insert(StatusFilter::name().into_owned(), StatusFilter::schema());
    components.schemas.insert(GenerationSort::name().into_owned(), GenerationSort::schema());
    openapi
}

/// The pages and the description.
pub fn pages(openapi: OpenApi) -> Router<AppState> {
    let json = openapi.to_json().expect("a description is plain JSON");
    let config = utoipa_swagger_ui::Config::from(DESCRIPTION);
    Router::from(SwaggerUi::new(PAGES).config(config)).route(
        DESCRIPTION,
        get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json.clone()).into_response() }),
    )
}
