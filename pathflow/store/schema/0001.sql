-- What a store keeps. Words between colons are said by the adapter: types, and how rows are laid out.
-- Text is compared by code points, times are whole microseconds since 1970 in UTC.

create table pathflow_path (
    key :text: not null,
    name :text: not null,
    published bigint not null,
    body :text: not null,
    primary key (key, published)
);

create table pathflow_record (
    client :text: primary key,
    version bigint not null,
    n_facts bigint not null,
    due bigint,
    seen bigint not null,
    held bigint not null,
    n_audit bigint not null,
    audit_head :bytes: not null
) :clustered:;
create index pathflow_record_due on pathflow_record (due) where due is not null;

create table pathflow_fact (
    client :text: not null,
    number bigint not null,
    at bigint not null,
    recorded bigint not null,
    body :text: not null,
    primary key (client, number)
) :clustered:;

create table pathflow_work (
    client :text: not null,
    place :text: not null,
    act :text: not null,
    path :text: not null,
    name :text: not null,
    what :text: not null,
    provider :text: not null,
    profession :text: not null,
    worker :text: not null,
    asker :text: not null,
    since bigint not null,
    due bigint,
    latest bigint,
    urgent bigint not null,
    primary key (client, place)
) :clustered:;
create index pathflow_work_provider on pathflow_work (provider, urgent, client, place);
create index pathflow_work_asker on pathflow_work (asker, urgent, client, place) where asker <> '';
create index pathflow_work_worker on pathflow_work (worker, urgent, client, place) where worker <> '';

create table pathflow_flag (
    client :text: not null,
    place :text: not null,
    code :text: not null,
    family :text: not null,
    level :text: not null,
    who :text: not null,
    since bigint not null,
    due bigint,
    is_open smallint not null,
    body :text: not null,
    primary key (client, place)
) :clustered:;
create index pathflow_flag_who on pathflow_flag (who, family, since, client, place) where is_open = 1;

create table pathflow_notice (
    key :text: primary key,
    client :text: not null,
    topic :text: not null,
    recipient :text: not null,
    at bigint not null,
    body :text: not null,
    again bigint,
    held bigint not null,
    attempts bigint not null,
    delivered bigint,
    why :text: not null
) :clustered:;
create index pathflow_notice_again on pathflow_notice (again) where again is not null;

create table pathflow_answer (
    key :text: primary key,
    client :text: not null,
    asked :text: not null,
    body :text: not null
) :clustered:;

create table pathflow_audit (
    client :text: not null,
    number bigint not null,
    at bigint not null,
    actor :text: not null,
    role :text: not null,
    basis :text: not null,
    action :text: not null,
    body :text: not null,
    hash :bytes: not null,
    primary key (client, number)
) :clustered:;

create table pathflow_seal (
    client :text: not null,
    number bigint not null,
    at bigint not null,
    hash :bytes: not null,
    signature :bytes: not null,
    primary key (client, number)
) :clustered:;
