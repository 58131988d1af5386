-- No list and no claim looks at rows that are not on its page, however many there are.

create index pathflow_work_all on pathflow_work (urgent, client, place);
create index pathflow_work_kind on pathflow_work (act, profession, urgent, client, place);
create index pathflow_work_provider_kind on pathflow_work (provider, act, profession, urgent, client, place);

drop index pathflow_flag_who;
create index pathflow_flag_all on pathflow_flag (is_open, since, client, place);
create index pathflow_flag_kind on pathflow_flag (is_open, family, code, since, client, place);
create index pathflow_flag_who on pathflow_flag (is_open, who, family, code, since, client, place);

drop index pathflow_record_due;
create index pathflow_record_due on pathflow_record (due, client) where due is not null;

drop index pathflow_notice_again;
create index pathflow_notice_again on pathflow_notice (again, at, key) where again is not null;
create index pathflow_notice_aside on pathflow_notice (key) where again is null and delivered is null;
