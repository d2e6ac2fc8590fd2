//! The difference between an existing stream or durable and the wanted one: none, an update, or a
//! refusal.

use async_nats::jetstream::{
    consumer::{self, AckPolicy, DeliverPolicy, FromConsumer, pull},
    stream::Config,
};

use super::Durable;

/// The configuration that a stream should have: what is wanted, on top of what others (an
/// operator of the cluster, a placement) decided. Limits only grow: lowering one deletes messages.
///
/// # Errors
/// The setting that cannot be changed without losing messages.
pub(super) fn stream(current: &Config, wanted: &Config) -> Result<Config, String> {
    let fixed = [
        ("retention", format!("{:?}", current.retention), format!("{:?}", wanted.retention)),
        ("storage", format!("{:?}", current.storage), format!("{:?}", wanted.storage)),
        ("discard", format!("{:?}", current.discard), format!("{:?}", wanted.discard)),
        ("subjects", current.subjects.join(" "), wanted.subjects.join(" ")),
        ("sealed", current.sealed.to_string(), wanted.sealed.to_string()),
        ("mirror", current.mirror.is_some().to_string(), "false".to_owned()),
        ("rollup headers", current.allow_rollup.to_string(), "false".to_owned()),
    ];
    differing(fixed)?;
    Ok(Config {
        max_age: if current.max_age.is_zero() {
            current.max_age
        } else {
            current.max_age.max(wanted.max_age)
        },
        max_bytes: if current.max_bytes <= 0 {
            current.max_bytes
        } else {
            current.max_bytes.max(wanted.max_bytes)
        },
        max_message_size: wanted.max_message_size,
        num_replicas: wanted.num_replicas,
        duplicate_window: wanted.duplicate_window,
        allow_direct: wanted.allow_direct,
        republish: wanted.republish.clone(),
        deny_delete: wanted.deny_delete,
        deny_purge: wanted.deny_purge,
        ..current.clone()
    })
}

/// The configuration that a durable should have, and whether it has it.
///
/// # Errors
/// The setting that cannot be changed while the durable keeps its place.
pub(super) fn durable(
    current: consumer::Config,
    wanted: &Durable,
) -> Result<(pull::Config, bool), String> {
    let push = current.deliver_subject.is_some();
    let fixed = [
        ("kind", if push { "push" } else { "pull" }.to_owned(), "pull".to_owned()),
        ("ack policy", format!("{:?}", current.ack_policy), format!("{:?}", AckPolicy::Explicit)),
        (
            "deliver policy",
            format!("{:?}", current.deliver_policy),
            format!("{:?}", DeliverPolicy::All),
        ),
    ];
    differing(fixed)?;
    let current = pull::Config::try_from_consumer_config(current).map_err(|e| e.to_string())?;
    let wanted = wanted.config(current.clone());
    let same = current == wanted;
    Ok((wanted, same))
}

fn differing<const N: usize>(fixed: [(&str, String, String); N]) -> Result<(), String> {
    let differs = fixed.into_iter().find(|(_, current, wanted)| current != wanted);
    differs.map_or(Ok(()), |(what, current, wanted)| {
        Err(format!("its {what} is `{current}` and must be `{wanted}`"))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_nats::jetstream::stream::{DiscardPolicy, RetentionPolicy};

    use super::*;
    use crate::streams::topology::{Settings, manifests, streams};

    fn wanted() -> Config {
        streams::of_mesh(&Settings::default(), &manifests()).swap_remove(0)
    }

    #[test]
    fn the_same_stays() {
        assert_eq!(stream(&wanted(), &wanted()), Ok(wanted()));
    }

    #[test]
    fn limits_grow_and_never_shrink() {
        let day = Duration::from_secs(86_400);
        let small = Config { max_age: day, max_bytes: 1, ..wanted() };
        assert_eq!(stream(&small, &wanted()), Ok(wanted()));
        let large = Config { max_age: Duration::ZERO, max_bytes: -1, ..wanted() };
        assert_eq!(stream(&large, &wanted()), Ok(large));
    }

    #[test]
    fn what_others_decided_stays() {
        let described = Config { description: Some("ours".to_owned()), ..wanted() };
        assert_eq!(stream(&described, &wanted()), Ok(described));
    }

    #[test]
    fn what_would_lose_messages_is_refused() {
        let queue = Config { retention: RetentionPolicy::WorkQueue, ..wanted() };
        assert!(stream(&queue, &wanted()).is_err_and(|why| why.contains("retention")));
        let old = Config { discard: DiscardPolicy::Old, ..wanted() };
        assert!(stream(&old, &wanted()).is_err_and(|why| why.contains("discard")));
    }

    #[test]
    fn a_push_durable_is_refused() {
        let push = consumer::Config { deliver_subject: Some("x".to_owned()), ..Default::default() };
        assert!(durable(push, &a_durable(10)).is_err_and(|why| why.contains("pull")));
    }

    fn a_durable(seconds: u64) -> Durable {
        let ack_wait = Some(Duration::from_secs(seconds));
        Durable { stream: "S".into(), name: "d".into(), filters: vec![], ack_wait }
    }

    #[test]
    fn a_durable_with_another_ack_wait_is_changed_in_place() {
        use async_nats::jetstream::consumer::IntoConsumerConfig as _;
        let made = a_durable(60).config(pull::Config::default()).into_consumer_config();
        let changed = durable(made.clone(), &a_durable(10)).unwrap();
        assert_eq!((changed.0.ack_wait, changed.1), (Duration::from_secs(10), false));
        assert!(durable(made, &a_durable(60)).unwrap().1, "the same stays");
    }
}
