//! The front door: what AdMint is, for those who have no account yet.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::components::Redirect;

use crate::{
    components::{Icon, icons},
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

#[component]
fn Landing() -> impl IntoView {
    view! {
        <Title text="AdMint: one sentence, one finished video ad"/>
        <section class="page landing">
            <div class="landing-words">
                <h1>
                    <span>"One sentence in."</span>
                    " "
                    <span>"One finished ad out."</span>
                </h1>
                <p class="lead">
                    "Say what you sell. AdMint plans the scenes, draws every frame, sets the words and writes the music: a 1080p video, ready to post."
                </p>
                <div class="landing-actions">
                    <a href="/register" class="button primary large">
                        "Make your first ad"
                        <Icon name=icons::Forward/>
                    </a>
                    <a href="/login" class="button large">"Log in"</a>
                </div>
            </div>
            <figure class="storyboard" aria-label="A sentence becomes a storyboard of four scenes">
                <figcaption class="storyboard-sentence">
                    "Cold brew for people who wake up before their alarm"
                </figcaption>
                <ol class="storyboard-frames" aria-hidden="true">
                    <li class="frame dawn">
                        <span>"5:42."</span>
                        <span>"Again."</span>
                    </li>
                    <li class="frame night">
                        <span>"Coffee"</span>
                        <span>"can’t wait."</span>
                    </li>
                    <li class="frame brew">
                        <span>"Brewed"</span>
                        <span>"overnight."</span>
                    </li>
                    <li class="frame mint">
                        <span>"Pour."</span>
                        <span>"Go."</span>
                    </li>
                </ol>
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
