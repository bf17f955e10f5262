use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::{REFRESH_GRACE, Rotation, SessionPlace, rows::now};

both_databases!(
    tokens_are_swapped_in_turn,
    two_tabs_may_swap_one_token,
    a_token_used_long_after_its_swap_ends_the_session,
    expired_tokens_and_ended_sessions_are_unknown,
    all_sessions_of_one_user_end_together,
    one_sees_where_one_is_logged_in,
    only_ones_own_sessions_end,
    a_new_password_ends_the_other_sessions,
    sessions_that_ran_out_are_swept,
);

fn in_days(days: i64) -> DateTime<Utc> {
    now() + TimeDelta::days(days)
}

async fn tokens_are_swapped_in_turn(store: Store) {
    let ann = user(&store, "ann").await;
    let session = store.create_session(ann, "one", in_days(30), &nowhere()).await.unwrap();
    assert_eq!(store.session_user(session).await.unwrap().unwrap().id, ann);

    for (old, new) in [("one", "two"), ("two", "three")] {
        match store.rotate_refresh(old, new, in_days(30)).await.unwrap() {
            Rotation::Rotated { user, session: same } => assert_eq!((user.id, same), (ann, session)),
            other => panic!("{old}: {other:?}"),
        }
    }
    assert_eq!(store.rotate_refresh("never issued", "x", in_days(30)).await.unwrap(), Rotation::Unknown);
}

async fn two_tabs_may_swap_one_token(store: Store) {
    let ann = user(&store, "ann").await;
    let session = store.create_session(ann, "one", in_days(30), &nowhere()).await.unwrap();
    let tabs = ["left", "right"].map(|new| {
        let store = store.clone();
        tokio::spawn(async move { store.rotate_refresh("one", new, in_days(30)).await.unwrap() })
    });
    let (mut rotated, mut grace) = (0, 0);
    for tab in tabs {
        match tab.await.unwrap() {
            Rotation::Rotated { .. } => rotated += 1,
            Rotation::Grace { user, session: same } => {
                assert_eq!((user.id, same), (ann, session));
                grace += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((rotated, grace), (1, 1));
    // Whichever came second, both new tokens go on.
    for new in ["left", "right"] {
        let next = store.rotate_refresh(new, &format!("{new} 2"), in_days(30)).await.unwrap();
        assert!(matches!(next, Rotation::Rotated { .. }), "{new}: {next:?}");
    }
}

async fn a_token_used_long_after_its_swap_ends_the_session(store: Store) {
    let ann = user(&store, "ann").await;
    let session = store.create_session(ann, "one", in_days(30), &nowhere()).await.unwrap();
    let other = store.create_session(ann, "elsewhere", in_days(30), &nowhere()).await.unwrap();
    store.rotate_refresh("one", "two", in_days(30)).await.unwrap();

    let late = now() + TimeDelta::from_std(REFRESH_GRACE).unwrap() + TimeDelta::seconds(1);
    let reused = store.rotate_refresh_at(late, "one", "stolen", in_days(30)).await.unwrap();
    assert_eq!(reused, Rotation::Reused);
    assert_eq!(store.session_user(session).await.unwrap(), None);
    for token in ["one", "two", "stolen"] {
        assert_eq!(
            store.rotate_refresh(token, "x", in_days(30)).await.unwrap(),
            Rotation::Unknown,
            "{token}"
        );
    }
    assert!(store.session_user(other).await.unwrap().is_some(), "her other browser stays");
}

async fn expired_tokens_and_ended_sessions_are_unknown(store: Store) {
    let ann = user(&store, "ann").await;
    let expired = store.create_session(ann, "old", now() - TimeDelta::seconds(1), &nowhere()).await.unwrap();
    assert_eq!(store.rotate_refresh("old", "x", in_days(30)).await.unwrap(), Rotation::Unknown);
    assert_eq!(store.session_user(expired).await.unwrap(), None);

    let session = store.create_session(ann, "new", in_days(30), &nowhere()).await.unwrap();
    store.end_session(session).await.unwrap();
    store.end_session(session).await.unwrap();
    assert_eq!(store.session_user(session).await.unwrap(), None);
    assert_eq!(store.rotate_refresh("new", "x", in_days(30)).await.unwrap(), Rotation::Unknown);
}

async fn all_sessions_of_one_user_end_together(store: Store) {
    let (ann, bob) = (user(&store, "ann").await, user(&store, "bob").await);
    let hers = [
        store.create_session(ann, "a", in_days(1), &nowhere()).await.unwrap(),
        store.create_session(ann, "b", in_days(1), &nowhere()).await.unwrap(),
    ];
    let his = store.create_session(bob, "c", in_days(1), &nowhere()).await.unwrap();
    store.end_sessions_of(ann, None).await.unwrap();
    for session in hers {
        assert_eq!(store.session_user(session).await.unwrap(), None);
    }
    assert_eq!(store.session_user(his).await.unwrap().unwrap().id, bob);
}

async fn sessions_that_ran_out_are_swept(store: Store) {
    let ann = user(&store, "ann").await;
    store.create_session(ann, "old", now() - TimeDelta::seconds(1), &nowhere()).await.unwrap();
    store.create_session(ann, "new", in_days(1), &nowhere()).await.unwrap();
    // The hash is unique, so this works only because the first one's row is gone.
    store.create_session(ann, "old", in_days(1), &nowhere()).await.unwrap();
}

fn nowhere() -> SessionPlace {
    SessionPlace::default()
}

async fn one_sees_where_one_is_logged_in(store: Store) {
    let (ann, bob) = (user(&store, "ann").await, user(&store, "bob").await);
    let place = SessionPlace { device: "Firefox on Linux".into(), network: "203.0.113.0/24".into() };
    let first = store.create_session(ann, "a", in_days(1), &place).await.unwrap();
    let second = store.create_session(ann, "b", in_days(1), &nowhere()).await.unwrap();
    store.create_session(ann, "c", now() - TimeDelta::seconds(1), &nowhere()).await.unwrap();
    let ended = store.create_session(ann, "d", in_days(1), &nowhere()).await.unwrap();
    store.end_session(ended).await.unwrap();
    store.create_session(bob, "e", in_days(1), &nowhere()).await.unwrap();

    let seen = store.sessions_of(ann, first).await.unwrap();
    let ids: Vec<_> = seen.iter().map(|view| (view.id, view.is_present)).collect();
    assert_eq!(ids, [(first, true), (second, false)]);
    assert_eq!((seen[0].device.as_str(), seen[0].network.as_str()), ("Firefox on Linux", "203.0.113.0/24"));
    assert_eq!(seen[0].began_at, seen[0].last_used_at);

    // Use is noted, though not at every request.
    for (seconds, noted) in [(60, 0), (400, 400), (500, 400), (800, 800)] {
        let at = seen[0].began_at + TimeDelta::seconds(seconds);
        store.session_user_at(at, first).await.unwrap().unwrap();
        let last_used = store.sessions_of(ann, first).await.unwrap()[0].last_used_at;
        assert_eq!(last_used, seen[0].began_at + TimeDelta::seconds(noted), "after {seconds} s");
    }
    assert!(store.has_been_at(ann, "203.0.113.0/24").await.unwrap());
    assert!(!store.has_been_at(ann, "198.51.100.0/24").await.unwrap());
    assert!(!store.has_been_at(bob, "203.0.113.0/24").await.unwrap());
}

async fn only_ones_own_sessions_end(store: Store) {
    let (ann, bob) = (user(&store, "ann").await, user(&store, "bob").await);
    let his = store.create_session(bob, "a", in_days(1), &nowhere()).await.unwrap();
    assert!(!store.end_session_of(ann, his).await.unwrap());
    assert!(store.session_user(his).await.unwrap().is_some());
    assert!(store.end_session_of(bob, his).await.unwrap());
    assert!(!store.end_session_of(bob, his).await.unwrap(), "it has ended already");
    assert_eq!(store.session_user(his).await.unwrap(), None);
}

async fn a_new_password_ends_the_other_sessions(store: Store) {
    let ann = user(&store, "ann").await;
    let present = store.create_session(ann, "a", in_days(1), &nowhere()).await.unwrap();
    let other = store.create_session(ann, "b", in_days(1), &nowhere()).await.unwrap();
    store.change_password(ann, "another hash", present).await.unwrap();
    assert_eq!(store.credentials_of(ann).await.unwrap().unwrap().password_hash, "another hash");
    assert!(store.session_user(present).await.unwrap().is_some());
    assert_eq!(store.session_user(other).await.unwrap(), None);
    assert_eq!(store.rotate_refresh("b", "x", in_days(1)).await.unwrap(), Rotation::Unknown);
}
