use chrono::TimeDelta;

use super::*;
use crate::{LoginFailures, rows::now};

both_databases!(failures_count_by_subject_and_time);

async fn failures_count_by_subject_and_time(store: Store) {
    let since = now() - TimeDelta::minutes(15);
    assert_eq!(store.login_failures("ann", since).await.unwrap(), LoginFailures { count: 0, oldest: None });
    for subject in ["ann", "ann", "10.0.0.1", "ann"] {
        store.record_login_failure(subject).await.unwrap();
    }
    let failures = store.login_failures("ann", since).await.unwrap();
    assert_eq!(failures.count, 3);
    assert!(failures.oldest.is_some_and(|oldest| oldest >= since && oldest <= now()));
    assert_eq!(store.login_failures("ann", now() + TimeDelta::seconds(1)).await.unwrap().count, 0);

    store.clear_login_failures("ann").await.unwrap();
    assert_eq!(store.login_failures("ann", since).await.unwrap().count, 0);
    assert_eq!(store.login_failures("10.0.0.1", since).await.unwrap().count, 1);
}
