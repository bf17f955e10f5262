//! The front door: what AdMint is, for those who have no account yet.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::{
    components::{Icon, LEAD, LinkPreview, icons},
    session::{self, Session},
};

#[component]
pub fn LandingPage() -> impl IntoView {
    if expect_context::<Session>().user().is_some() {
        Either::Left(view! { <Redirect path=session::HOME_PATH/> })
    } else {
        Either::Right(view! { <Landing/> })
    }
}

/// Ads that stand in `public/showcase`, and what they were made from.
const SHOWCASE: [(&str, &str); 3] = [
    ("plants", "House plants delivered with pot and care plan, hard to kill"),
    ("coffee", "Cold brew coffee in a can for people who wake up before their alarm"),
    ("shoes", "Trail running shoes that grip wet rock, for people who run before work"),
];

const TITLE: &str = "AdMint: one sentence, one finished video ad";

/// Plays by itself, silently, unless the reader wants things to keep still.
fn shown_ad(name: &'static str, sentence: &'static str) -> impl IntoView {
    view! {
        <div class="showcase-ad">
            <video
                autoplay
                muted
                r#loop
                playsinline
                width="360"
                height="640"
                poster=format!("/assets/showcase/{name}.webp")
                aria-label=format!("A silent ad: {sentence}")
            >
                <source
                    src=format!("/assets/showcase/{name}.mp4")
                    type="video/mp4"
                    media="(prefers-reduced-motion: no-preference)"
                />
            </video>
            <p>{sentence}</p>
        </div>
    }
}

#[component]
fn Landing() -> impl IntoView {
    view! {
        <Title text=TITLE/>
        <LinkPreview path="/" title=TITLE/>
        <section class="page landing">
            <div class="landing-words">
                <h1>
                    <span>"One sentence in."</span>
                    " "
                    <span>"One finished ad out."</span>
                </h1>
                <p class="lead">
                    {LEAD}
                </p>
                <div class="landing-actions">
                    <a href="/register" class="button primary large">
                        "Make your first ad"
                        <Icon name=icons::Forward/>
                    </a>
                    <a href="/login" class="button large">"Log in"</a>
                </div>
            </div>
            <figure class="showcase">
                {SHOWCASE.into_iter().map(|(name, sentence)| shown_ad(name, sentence)).collect_view()}
                <figcaption class="quiet-text">"Made by AdMint just so, each from one sentence."</figcaption>
            </figure>
        </section>
        <section class="page facts-strip" aria-label="What you get">
            <div>
                <h2>"A plan with a reason"</h2>
                <p>"Problem and relief, before and after, or attention to action: AdMint picks the shape that suits your product and tells you why."</p>
            </div>
            <div>
                <h2>"Every frame drawn for it"</h2>
                <p>"Three to five moving scenes in colours that fit what you sell, with the name and the benefit in type that reads on a phone."</p>
            </div>
            <div>
                <h2>"Music that ends on time"</h2>
                <p>"A soundtrack composed to the cut. Vertical, square or wide, each drawn for its shape and never cropped."</p>
            </div>
        </section>
    }
}
