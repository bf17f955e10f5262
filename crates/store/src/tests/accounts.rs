use admint_domain::EmailAddress;

use super::*;
use crate::StoreError;

both_databases!(
    names_are_unique_by_their_key,
    one_of_many_at_once_gets_the_name,
    credentials_are_found_whatever_the_capitals,
    the_last_login_shows_in_the_profile,
);

async fn names_are_unique_by_their_key(store: Store) {
    let ann = Username::parse("Ann").unwrap();
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let made = store.create_user(&ann, "hash", Some(&email)).await.unwrap();
    assert_eq!((made.username.as_str(), made.email.as_deref()), ("Ann", Some("ann@example.com")));
    assert_eq!(store.user(made.id).await.unwrap(), Some(made));

    let again = store.create_user(&Username::parse("aNN").unwrap(), "hash", None).await;
    assert!(matches!(again, Err(StoreError::UsernameTaken)), "{again:?}");
    user(&store, "anna").await;
}

async fn one_of_many_at_once_gets_the_name(store: Store) {
    let attempts = (0..8).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.create_user(&Username::parse("ann").unwrap(), "hash", None).await })
    });
    let mut made = 0;
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(matches!(error, StoreError::UsernameTaken), "{error}"),
        }
    }
    assert_eq!(made, 1);
}

async fn credentials_are_found_whatever_the_capitals(store: Store) {
    let id = user(&store, "Ann").await;
    let found = store.credentials(&Username::parse("ANN").unwrap()).await.unwrap().unwrap();
    assert_eq!((found.user.id, found.password_hash.as_str()), (id, "hash"));
    assert!(store.credentials(&Username::parse("bob").unwrap()).await.unwrap().is_none());
}

async fn the_last_login_shows_in_the_profile(store: Store) {
    let id = user(&store, "ann").await;
    let fresh = store.profile(id).await.unwrap().unwrap();
    assert_eq!((fresh.total_generations, fresh.total_cost_usd.micros(), fresh.last_login), (0, 0, None));

    store.touch_last_login(id).await.unwrap();
    let seen = store.profile(id).await.unwrap().unwrap();
    assert!(seen.last_login >= Some(seen.user.created_at));
}
