{ DATABASE telbill  delimiter | }
-- =====================================================================================
-- telbill : customer care, rating and billing, "TELBILL" release 7.3
-- Exported with dbexport -ss, then kept by hand since 2012. The export part is in lower
-- case with owners; whatever was added later is signed and dated by whoever added it.
-- Load order is NOT guaranteed: run it in one go, on an empty dbspace.
-- History of this file:
--   1993-11  first load, from COBOL flat files (tables of eight letters: cstmr01, ...)
--   2001-04  Informix 9.21, the customer/account split; don't re-run conversion scripts
--   2009-11  spool space full during the yearly export, see "KNOWN SCAR" below
--   2012-06  dealers, portability, TAP 3.12
--   2019-02  invoice clean-up; several *_bak and old_* copies were left behind
-- =====================================================================================

CREATE DATABASE telbill IN telsys_dbs WITH BUFFERED LOG;
database telbill;

grant dba to "informix";
grant dba to "tbown";
grant connect to "public";
grant resource to "batch";

create role billing_ro;
create role billing_rw;
create role care_agent;
grant billing_ro to "rptuser";
grant billing_rw to "batch";
set lock mode to wait 30;

-- ------------------------------------------------------------------- types and sequences

create distinct type "informix".msisdn_t as varchar(15);
create distinct type "informix".rated_amt_t as decimal(14,5);
create row type "informix".postal_addr_t
  (
    line1 varchar(40),
    line2 varchar(40),
    town varchar(30),
    postcode char(10)
  );

create sequence "informix".seq_inv_no increment by 1 start with 70000001
    maxvalue 99999999 minvalue 1 nocycle cache 200 order;
create sequence "informix".seq_cdr_id increment by 100 start with 1 nocycle cache 5000 noorder;
create sequence seq_tkt_no start with 400000;

-- -------------------------------------------------------------------------- users, audit

{ TABLE "informix".app_user row size = 148 number of columns = 12 index size = 42 }
{ unload file name = app_u00101.unl number of rows = 612 }

create table "informix".app_user 
  (
    user_id serial not null ,
    login char(12) not null ,
    full_nm varchar(60,10),
    email varchar(80),
    mgr_user_id integer,
    dlr_cd char(8),
    passwd_md5 char(32),
    last_login datetime year to second,
    fail_cnt smallint 
        default 0,
    lock_flg char(1) 
        default 'N',
    crt_dt datetime year to second 
        default current year to second,
    lang_cd char(2) 
        default 'EN',
    
    check (lock_flg IN ('Y' ,'N' )),
    unique (login)  constraint "informix".u_app_user_login,
    primary key (user_id)  constraint "informix".pk_app_user
  )  extent size 64 next size 32 lock mode row;

revoke all on "informix".app_user from "public" as "informix";

{ TABLE "informix".user_role_lu row size = 44 number of columns = 3 index size = 18 }

create table "informix".user_role_lu 
  (
    role_cd char(8) not null ,
    role_desc varchar(40) not null ,
    max_adj_amt money(16,2) 
        default $0.00,
    primary key (role_cd)  constraint "informix".pk_user_role_lu
  )  extent size 16 next size 16 lock mode page;
revoke all on "informix".user_role_lu from "public" as "informix";

create table "informix".app_user_role 
  (
    user_id integer not null ,
    role_cd char(8) not null ,
    granted_by char(12),        -- a login, the screen never had the id
    granted_on date 
        default today,
    primary key (user_id,role_cd)  constraint "informix".pk_app_user_role
  )  extent size 16 next size 16 lock mode row;
revoke all on "informix".app_user_role from "public" as "informix";

{ audit of everything: table_nm says which table, row_key which row;
  nobody purges it, it is the biggest table after the CDRs }
create table "informix".audit_log
  (
    audit_id serial8 not null ,
    table_nm varchar(128) not null ,
    row_key varchar(64) not null ,
    op_cd char(1) not null ,
    col_nm varchar(128),
    old_val lvarchar(2048),
    new_val lvarchar(2048),
    db_user char(32) default user not null ,
    app_login char(12),
    audit_ts datetime year to fraction(5) default current year to fraction(5) not null ,
    check (op_cd in ('I', 'U', 'D'))
  )
  fragment by round robin in auddbs1, auddbs2, auddbs3
  extent size 200000 next size 100000 lock mode row;

create index "informix".ix_audit_log1 on "informix".audit_log (table_nm, row_key, audit_ts desc)
    using btree  in idxdbs1;

/* Control parameters. One row per parameter; PARM_VAL is always text,
   whatever it means; 'BILL_DATE' is read by every batch program. */
CREATE TABLE parm_ctl (
    parm_cd     CHAR(18)     NOT NULL PRIMARY KEY CONSTRAINT pk_parm_ctl,
    parm_val    VARCHAR(255) DEFAULT 'n/a; ask operations' NOT NULL,
    parm_type   CHAR(1)      DEFAULT 'C' CHECK (parm_type IN ('C','N','D')) CONSTRAINT ck_parm_type,
    upd_login   CHAR(32)     DEFAULT USER,
    upd_dt      DATE         DEFAULT TODAY
) IN telsys_dbs;

-- ------------------------------------------------------------------------------- lookups

create table "informix".code_hdr 
  (
    code_type char(6) not null ,
    code_ttl varchar(40),
    sys_only char(1) default 'N' not null ,
    primary key (code_type)  constraint "informix".pk_code_hdr
  )  extent size 16 next size 16 lock mode page;
revoke all on "informix".code_hdr from "public" as "informix";

create table "informix".code_dtl 
  (
    code_type char(6) not null ,
    code_val char(6) not null ,
    code_desc varchar(60),
    sort_no smallint,
    active_flg char(1) default 'Y',
    primary key (code_type,code_val)  constraint "informix".pk_code_dtl,
    foreign key (code_type) references "informix".code_hdr  constraint "informix".fk_code_dtl_hdr
  )  extent size 32 next size 16 lock mode page;
revoke all on "informix".code_dtl from "public" as "informix";

create table "informix".country_lu 
  (
    ctry_cd char(3) not null ,
    ctry_nm nvarchar(50) not null ,
    dial_pfx char(6),
    eu_flg boolean default 'f',
    primary key (ctry_cd)  constraint "informix".pk_country_lu
  )  extent size 16 next size 16 lock mode page;

create table "informix".currency_lu 
  (
    curr_cd char(3) not null ,
    curr_nm varchar(30),
    dec_pos smallint default 2 not null ,
    check (dec_pos between 0 and 5 ) constraint "informix".ck_curr_dec,
    primary key (curr_cd)  constraint "informix".pk_currency_lu
  )  extent size 16 next size 16 lock mode page;

create table "informix".cust_stat_lu 
  (
    cust_stat char(1) not null ,
    stat_desc varchar(30) not null ,
    bill_flg char(1) default 'Y' not null ,
    primary key (cust_stat)  constraint "informix".pk_cust_stat_lu
  )  lock mode page;

create table "informix".subs_stat_lu 
  (
    stat_cd char(2) not null ,
    stat_desc varchar(30) not null ,
    can_call char(1) default "N" not null ,
    rent_flg char(1) default "Y",
    check (can_call in ("Y","N")),
    primary key (stat_cd)  constraint "informix".pk_subs_stat_lu
  )  lock mode page;

{ which status may follow which; read by sp_subs_stat_chg }
create table "informix".subs_stat_trans
  (
    from_stat char(2) not null ,
    to_stat char(2) not null ,
    rsn_reqd char(1) default 'N' not null ,
    min_role char(8),
    primary key (from_stat,to_stat)  constraint "informix".pk_stat_trans,
    check (from_stat != to_stat ) constraint "informix".ck_stat_trans
  )  lock mode page;

create table "informix".tax_code 
  (
    tax_cd char(4) not null ,
    tax_desc varchar(40),
    ctry_cd char(3) default 'IRL' not null ,
    gl_acct char(10),
    primary key (tax_cd)  constraint "informix".pk_tax_code
  )  lock mode page;

create table "informix".tax_rate 
  (
    tax_cd char(4) not null ,
    eff_dt date not null ,
    rate_pct decimal(5,2) not null ,
    primary key (tax_cd,eff_dt)  constraint "informix".pk_tax_rate,
    foreign key (tax_cd) references "informix".tax_code  on delete cascade constraint "informix".fk_tax_rate1,
    check ((rate_pct >= 0.00 ) AND (rate_pct < 100.00 ) ) constraint "informix".ck_tax_rate_pct
  )  lock mode page;

create table "informix".credit_class 
  (
    cr_class char(2) not null ,
    class_desc varchar(30),
    dflt_limit money(16,2) not null ,
    deposit_reqd char(1) default 'N',
    dunn_grp char(2),
    primary key (cr_class)  constraint "informix".pk_credit_class,
    check (dflt_limit >= $0.00 ) constraint "informix".ck_cr_limit
  )  lock mode page;

-- ----------------------------------------------------------------------------- customers

{ TABLE "informix".cstmr01 row size = 306 number of columns = 17 index size = 30 }
{ the 1993 customer master; still written by the tape interface of the directory service }

create table "informix".cstmr01 
  (
    cstno integer not null ,
    cstnam char(30),
    cstad1 char(30),
    cstad2 char(30),
    cstad3 char(30),
    csttel char(12),
    csttyp char(1),
    cststs char(1),
    cstodt char(8),      { opened, CCYYMMDD; 00000000 when unknown }
    cstcdt char(8),      { closed; don't trust it before '1997' }
    cstbal float,
    cstlim float,
    cstslm char(3),
    cstxch char(4),
    cstrat char(2),
    cstfil char(20),     { filler; the COBOL record was 256 long }
    cstupd char(14)
  )  extent size 20000 next size 5000 lock mode page;

create unique index "informix".cstmr01a on "informix".cstmr01 (cstno) using btree ;
create index "informix".cstmr01b on "informix".cstmr01 (cstnam) using btree ;

{ TABLE "informix".cust_mstr row size = 412 number of columns = 25 index size = 88 }
{ unload file name = cust_00115.unl number of rows = 1284417 }

create table "informix".cust_mstr 
  (
    cust_id serial not null ,
    cust_no char(10) not null ,
    cust_type char(1) not null ,
    cust_stat char(1) default 'A' not null ,
    ttl_cd char(6),
    first_nm varchar(40),
    last_nm varchar(60) not null ,
    org_nm nvarchar(100),
    birth_dt date,
    id_doc_tp char(6),
    id_doc_no varchar(30),
    ctry_cd char(3),
    lang_cd char(2) default 'EN',
    cr_class char(2),
    vip_flg char(1) default 'N',
    prim_acct_id integer,              -- see acct; the two point at each other
    slsman_cd char(8),                 -- the dealer's code; was cstslm
    gdpr_ok boolean,
    mkt_prefs set(varchar(10) not null),
    old_cstno integer,
    crt_by char(32) default user,
    crt_ts datetime year to second default current year to second,
    upd_by char(12),
    upd_ts datetime year to second,
    row_ver integer default 0 not null ,
    check (cust_type in ('R' ,'B' ,'G' ,'W' )) constraint "informix".ck_cust_type,
    check (((cust_type = 'R' ) AND (birth_dt IS NOT NULL ) ) OR ((cust_type != 'R' ) AND (org_nm IS NOT NULL ) ) ) constraint "informix".ck_cust_names,
    check (vip_flg in ('Y' ,'N' )),
    primary key (cust_id)  constraint "informix".pk_cust_mstr
  ) 
  fragment by expression 
    (mod(cust_id , 4 ) = 0 ) in custdbs1 ,
    (mod(cust_id , 4 ) = 1 ) in custdbs2 ,
    (mod(cust_id , 4 ) = 2 ) in custdbs3 ,
    remainder in custdbs4
  extent size 100000 next size 20000 lock mode row;

revoke all on "informix".cust_mstr from "public" as "informix";
create unique index "informix".ux_cust_no on "informix".cust_mstr (cust_no) using btree  in idxdbs1;
create index "informix".ix_cust_nm on "informix".cust_mstr (last_nm, first_nm) using btree  in idxdbs1;

-- 2019-02-11 pk: copy before the clean-up. Can go after April.
create table "informix".cust_mstr_bak
  (
    cust_id integer,
    cust_no char(10),
    cust_type char(1),
    cust_stat char(1),
    first_nm varchar(40),
    last_nm varchar(60),
    org_nm nvarchar(100),
    cr_class char(2),
    prim_acct_id integer,
    upd_ts datetime year to second
  ) in scratchdbs extent size 100000 next size 100000;

create { was: cust_adr } table -- renamed in 2001; the forms still say "adr"
"informix".cust_addr
  (
    addr_id serial not null ,
    cust_id integer not null ,
    addr_type char(1) default 'B' not null ,
    addr1 varchar(40) not null , -- house and street; the customer's own spelling
    addr2 varchar(40), { fax_no char(15), telex char(15), }
    town varchar(30),
    county_cd char(6),
    postcode char(10) -- no check; foreign codes are free text
    , ctry_cd char(3) default 'IRL' not null
    , xchg_cd char(4) /* local exchange, for fixed lines only; see exchg01 */
    , geo_lat smallfloat
    , geo_lon smallfloat
    , valid_from date default today not null
    , valid_to date
    , primary key (addr_id) constraint "informix".pk_cust_addr
    , check (addr_type in ('B','S','L','P')) constraint "informix".ck_addr_type
    , check (valid_to is null or valid_to >= valid_from) constraint "informix".ck_addr_valid
  ) extent size 50000 next size 10000 lock mode row;

create table "informix".cust_contact
  (
    cust_id integer not null ,
    seq_no smallint not null ,
    cont_tp char(6) not null ,
    cont_val varchar(100) not null ,
    pref_flg char(1),
    opt_out_ts datetime year to minute,
    primary key (cust_id,seq_no)  constraint "informix".pk_cust_contact,
    foreign key (cust_id) references "informix".cust_mstr (cust_id) on delete cascade constraint "informix".fk_cont_cust
  )  lock mode row;

{ one row for each corporate customer, same key as cust_mstr }
create table "informix".cust_corp_ext 
  (
    cust_id integer not null ,
    reg_no varchar(20),
    vat_no varchar(16),
    sector_cd char(6),
    emp_cnt integer,
    acct_mgr char(12),
    parent_cust_id integer,
    contract_doc byte in blobdbs,
    sla_text text in blobdbs,
    hq_addr "informix".postal_addr_t,
    primary key (cust_id)  constraint "informix".pk_cust_corp_ext
  )  lock mode row;
revoke all on "informix".cust_corp_ext from "public" as "informix";

-- ------------------------------------------------------------------------------ accounts

create table "informix".bill_cycle 
  (
    cycle_cd char(2) not null ,
    cycle_desc varchar(30),
    close_day smallint not null ,
    due_days smallint default 21 not null ,
    curr_period char(6),
    stat_cd char(1) default 'O' not null ,
    check (close_day between 1 and 28 ) constraint "informix".ck_close_day,
    check (stat_cd in ('O' ,'R' ,'C' )),
    primary key (cycle_cd)  constraint "informix".pk_bill_cycle
  )  lock mode row;

create table "informix".bill_cycle_cal 
  (
    cycle_cd char(2) not null ,
    bill_prd char(6) not null ,          { CCYYMM }
    from_dt date not null ,
    to_dt date not null ,
    cutoff_ts datetime year to minute,
    closed_flg char(1) default 'N' not null ,
    closed_by char(12),
    primary key (cycle_cd,bill_prd)  constraint "informix".pk_bill_cycle_cal,
    foreign key (cycle_cd) references "informix".bill_cycle  constraint "informix".fk_cal_cycle,
    check (to_dt > from_dt ) constraint "informix".ck_cal_dates
  )  lock mode row;

{ TABLE "informix".acct row size = 198 number of columns = 24 index size = 64 }

create table "informix".acct 
  (
    acct_id serial not null ,
    acct_no char(12) not null ,
    cust_id integer not null ,
    parent_acct_id integer,
    bill_to_acct integer,
    cycle_cd char(2) not null ,
    acct_stat char(1) default 'A' not null ,
    acct_type char(2),
    curr_cd char(3) default 'EUR' not null ,
    cr_class char(2) not null ,
    cr_limit money(16,2),
    cr_limit_ovr money(16,2),
    balance money(16,2) default $0.00 not null ,
    unbilled_amt float default 0,
    last_inv_no integer,
    dunn_lvl smallint default 0,
    tax_cd char(4),
    tax_exempt char(1) default 'N',
    bill_addr_id integer,
    pay_mthd_cd char(2),
    opened_dt date default today,
    closed_dt date,
    coll_hold_until date,
    glseg char(4),
    unique (acct_no)  constraint "informix".u_acct_no,
    check (acct_stat in ('A' ,'S' ,'C' ,'W' )) constraint "informix".ck_acct_stat,
    check ((parent_acct_id IS NULL ) OR (parent_acct_id != acct_id ) ) constraint "informix".ck_acct_parent,
    check ((acct_stat != 'C' ) OR (closed_dt IS NOT NULL ) ) constraint "informix".ck_acct_closed,
    primary key (acct_id)  constraint "informix".pk_acct
  )  extent size 80000 next size 20000 lock mode row;
revoke all on "informix".acct from "public" as "informix";
create index "informix".ix_acct_cust on "informix".acct (cust_id) using btree  in idxdbs1;
create index "informix".ix_acct_parent on "informix".acct (parent_acct_id) using btree  in idxdbs1;

create table "informix".acct_bill_pref 
  (
    acct_id integer not null ,
    media_cd char(1) default 'P' not null ,
    itemised char(1) default 'N',
    lang_cd char(2),
    copies smallint default 1,
    cc_email lvarchar(2048),
    xml_prefs lvarchar(8000),
    primary key (acct_id)  constraint "informix".pk_acct_bill_pref,
    check (media_cd in ('P' ,'E' ,'N' )) constraint "informix".ck_media
  )  lock mode row;

-- --------------------------------------------------- services, subscriptions, inventory

create table "informix".svc_type_lu 
  (
    svc_type char(4) not null ,
    svc_desc varchar(40) not null ,
    msg_class char(1) default 'V',
    prov_sys char(8),
    primary key (svc_type)  constraint "informix".pk_svc_type_lu
  )  lock mode page;

{ TABLE "informix".subs row size = 172 number of columns = 21 index size = 51 }

create table "informix".subs 
  (
    subs_id serial8 not null ,
    acct_id integer not null ,
    svc_type char(4) not null ,
    msisdn varchar(15),
    iccid char(20),
    trf_cd char(6) not null ,
    trf_ver smallint default 1 not null ,
    stat_cd char(2) default 'PA' not null ,
    stat_dt datetime year to second default current year to second not null ,
    stat_rsn char(6),
    act_dt date,
    term_dt date,
    contract_mths smallint default 12,
    dlr_cd char(8),
    main_subs_id int8,
    spend_cap money(16,2),
    roam_flg boolean default 'f' not null ,
    prepaid_flg char(1) default 'N' not null ,
    last_cdr_ts datetime year to second,
    fraud_scr decimal(5),
    check (prepaid_flg in ('Y' ,'N' )),
    check ((term_dt IS NULL ) OR (term_dt >= act_dt ) ) constraint "informix".ck_subs_dates,
    check (contract_mths in (0 ,1 ,6 ,12 ,18 ,24 ,36 )) constraint "informix".ck_subs_mths,
    primary key (subs_id)  constraint "informix".pk_subs
  ) 
  fragment by expression 
    partition p0 (mod(acct_id,2) = 0) in custdbs1,
    partition p1 (mod(acct_id,2) = 1) in custdbs2
  extent size 100000 next size 50000 lock mode row;
revoke all on "informix".subs from "public" as "informix";

create index "informix".ix_subs_acct on "informix".subs (acct_id) using btree  in idxdbs1;
create index "informix".ix_subs_msisdn on "informix".subs (msisdn) using btree  in idxdbs2;

create table "informix".subs_hist 
  (
    subs_id int8 not null ,
    hist_seq integer not null ,
    stat_cd char(2) not null ,
    prev_stat char(2),
    rsn_cd char(6),
    chg_ts datetime year to fraction(5) default current year to fraction(5) not null ,
    chg_login char(32) default user,
    dur_prev interval day(5) to second,
    primary key (subs_id,hist_seq)  constraint "informix".pk_subs_hist
  )  extent size 100000 next size 50000 lock mode row;

create table "informix".feature 
  (
    feat_cd char(6) not null ,
    feat_desc varchar(50),
    svc_type char(4) not null ,
    reqs_feat_cd char(6),
    excl_feat_cd char(6),
    sw_cmd varchar(80) default '--none--',
    primary key (feat_cd)  constraint "informix".pk_feature,
    foreign key (svc_type) references "informix".svc_type_lu (svc_type) constraint "informix".fk_feat_svc
  )  lock mode page;

{ join table; a feature can be switched on and off again, hence the date in the key }
create table "informix".subs_feat 
  (
    subs_id int8 not null ,
    feat_cd char(6) not null ,
    from_dt date not null ,
    to_dt date,
    trf_ovr_amt money(12,4),
    ord_no integer,
    primary key (subs_id,feat_cd,from_dt)  constraint "informix".pk_subs_feat,
    foreign key (feat_cd) references "informix".feature (feat_cd) constraint "informix".fk_sf_feat
  )  lock mode row;

create table "informix".sim_card 
  (
    iccid char(20) not null ,
    imsi char(15) not null ,
    ki_enc byte in table,
    pin1 char(4),
    puk1 char(8),
    sim_stat char(1) default 'F' not null ,
    batch_no integer,
    dlr_cd char(8),
    hlr_no smallint,
    primary key (iccid)  constraint "informix".pk_sim_card,
    unique (imsi)  constraint "informix".u_sim_imsi,
    check (sim_stat in ('F' ,'R' ,'A' ,'D' )) constraint "informix".ck_sim_stat
  )  extent size 40000 next size 10000 lock mode row;

create table "informix".msisdn_pool 
  (
    msisdn varchar(15) not null ,
    num_range char(8),
    num_stat char(1) default 'F' not null ,
    gold_flg char(1) default 'N',
    quar_until date,
    home_oper char(6),
    curr_oper char(6),
    primary key (msisdn)  constraint "informix".pk_msisdn_pool,
    check (num_stat in ('F' ,'R' ,'A' ,'Q' ,'P' )) constraint "informix".ck_num_stat
  )  extent size 40000 next size 10000 lock mode row;

create table "informix".eqp_model 
  (
    mdl_cd char(10) not null ,
    mfr_nm varchar(30),
    mdl_nm varchar(60),
    tac_cd char(8),
    list_prc money(16,2),
    photo byte in blobdbs,
    primary key (mdl_cd)  constraint "informix".pk_eqp_model
  )  lock mode page;

create table "informix".eqp_item 
  (
    imei char(15) not null ,
    mdl_cd char(10) not null ,
    dlr_cd char(8),
    sold_dt date,
    sold_prc float,
    wrnty interval year(2) to month,
    eqp_stat char(1) default 'S',
    primary key (imei)  constraint "informix".pk_eqp_item,
    foreign key (mdl_cd) references "informix".eqp_model (mdl_cd) constraint "informix".fk_eqp_mdl
  )  lock mode row;

create table "informix".subs_eqp 
  (
    subs_id int8 not null ,
    imei char(15) not null ,
    from_dt date default today not null ,
    to_dt date,
    subsidy money(16,2),
    primary key (subs_id,imei,from_dt)  constraint "informix".pk_subs_eqp
  )  lock mode row;

-- 2012-06-18 mh: number portability, regulator's decision 12/04
CREATE TABLE port_operator (
    oper_cd         CHAR(6)      NOT NULL,
    oper_name       NVARCHAR(60) NOT NULL,
    routing_prefix  CHAR(6)      NOT NULL,   -- "D0nnnn"
    is_mvno         BOOLEAN      DEFAULT 'f',
    host_oper_cd    CHAR(6),                 -- the network an MVNO lives on
    ic_partner_id   INTEGER,
    PRIMARY KEY (oper_cd) CONSTRAINT pk_port_operator,
    UNIQUE (routing_prefix) CONSTRAINT uq_port_routing
) LOCK MODE ROW;

CREATE TABLE port_request (
    port_id         BIGSERIAL(1) NOT NULL,
    msisdn          "informix".msisdn_t NOT NULL,
    donor_oper      CHAR(6)      NOT NULL,
    recipient_oper  CHAR(6)      NOT NULL,
    subscription_id INT8,
    order_no        INTEGER,
    request_state   VARCHAR(12)  DEFAULT 'REQUESTED' NOT NULL,
    requested_at    DATETIME YEAR TO SECOND DEFAULT CURRENT YEAR TO SECOND NOT NULL,
    cutover_at      DATETIME YEAR TO MINUTE,
    reject_code     CHAR(4),
    /* the regulator's window: one working day; counted by sp_port_window;
       it was five days before 2013 */
    window_left     INTERVAL HOUR(3) TO MINUTE,
    PRIMARY KEY (port_id) CONSTRAINT pk_port_request,
    FOREIGN KEY (donor_oper) REFERENCES port_operator (oper_cd) CONSTRAINT fk_port_donor,
    FOREIGN KEY (recipient_oper) REFERENCES port_operator (oper_cd) CONSTRAINT fk_port_recipient,
    CHECK (request_state IN ('REQUESTED','ACCEPTED','REJECTED','DONE','CANCELLED')) CONSTRAINT ck_port_state,
    CHECK (donor_oper <> recipient_oper) CONSTRAINT ck_port_opers
) IN custdbs3 EXTENT SIZE 4000 NEXT SIZE 1000 LOCK MODE ROW;

-- ---------------------------------------------------------------------- tariffs, zones

{ the price list of the analogue network, in pence; frozen 1999 but cstmr01 refers to it }
create table "informix".tariff1
  (
    trfrat char(2) not null ,
    trfdsc char(30),
    trfrnt float,
    trfunt float,
    trfslv smallint,
    trfeff char(8)
  ) lock mode page;
create unique index "informix".tariff1a on "informix".tariff1 (trfrat);

create table "informix".trf_plan 
  (
    plan_cd char(6) not null ,
    plan_nm varchar(60) not null ,
    svc_type char(4) not null ,
    mkt_seg char(2) default 'RE',
    succ_plan_cd char(6),
    sale_from date,
    sale_to date,
    gl_rev_acct char(10),
    primary key (plan_cd)  constraint "informix".pk_trf_plan
  )  lock mode row;

create table "informix".trf_plan_ver 
  (
    plan_cd char(6) not null ,
    ver_no smallint not null ,
    eff_from date not null ,
    eff_to date,
    rent_amt money(12,4) not null ,
    conn_fee money(12,4) default $0.0000,
    curr_cd char(3) default 'EUR' not null ,
    tax_cd char(4),
    min_chg decimal(9 { was 7 }, 4),
    appr_login char(12),
    primary key (plan_cd,ver_no)  constraint "informix".pk_trf_plan_ver,
    foreign key (plan_cd) references "informix".trf_plan (plan_cd) constraint "informix".fk_ver_plan,
    check (ver_no > 0 )
  )  lock mode row;

create table "informix".trf_zone 
  (
    zset_cd char(4) not null ,
    zone_cd char(4) not null ,
    zone_desc varchar(40),
    intl_flg char(1) default 'N',
    primary key (zset_cd,zone_cd)  constraint "informix".pk_trf_zone
  )  lock mode page;

create table "informix".trf_zone_dest 
  (
    zset_cd char(4) not null ,
    dest_pfx varchar(12) not null ,
    zone_cd char(4) not null ,
    ctry_cd char(3),
    dest_nm varchar(50),
    primary key (zset_cd,dest_pfx)  constraint "informix".pk_trf_zone_dest
  )  lock mode page;

create table "informix".trf_time_band 
  (
    band_cd char(2) not null ,
    day_type char(1) not null ,
    start_tm datetime hour to minute not null ,
    end_tm datetime hour to minute not null ,
    primary key (band_cd,day_type)  constraint "informix".pk_time_band,
    check (day_type in ('W' ,'S' ,'H' )) constraint "informix".ck_day_type
  )  lock mode page;

create table "informix".trf_rate 
  (
    plan_cd char(6) not null ,
    ver_no smallint not null ,
    zset_cd char(4) not null ,
    zone_cd char(4) not null ,
    band_cd char(2) not null ,
    day_type char(1) not null ,
    rate_min decimal(10,5) not null ,
    setup_chg decimal(10,5) default 0.00000,
    incr_1 smallint default 60 not null ,
    incr_n smallint default 1 not null ,
    primary key (plan_cd,ver_no,zset_cd,zone_cd,band_cd,day_type)  constraint "informix".pk_trf_rate,
    foreign key (plan_cd,ver_no) references "informix".trf_plan_ver (plan_cd,ver_no) constraint "informix".fk_rate_ver,
    check (incr_1 > 0 ),
    check (incr_n > 0 ),
    check (rate_min >= 0.00000 ) constraint "informix".ck_rate_min
  )  extent size 8000 next size 2000 lock mode row;

create table "informix".trf_bundle 
  (
    bndl_cd char(6) not null ,
    plan_cd char(6) not null ,
    ver_no smallint not null ,
    unit_type char(1) not null ,
    free_qty decimal(14,2) not null ,
    roll_over char(1) default 'N',
    primary key (bndl_cd)  constraint "informix".pk_trf_bundle,
    check (unit_type in ('S' ,'M' ,'K' )) constraint "informix".ck_unit_type
  )  lock mode row;

-- ------------------------------------------------------- network, mediation, call records

create table "informix".exchg01
  (
    xchcod char(4) not null ,
    xchnam char(30),
    xcharea char(5),
    xchswi char(3),
    xchtyp char(1)
  ) lock mode page;
create unique cluster index "informix".exchg01a on "informix".exchg01 (xchcod);

create table "informix".switch1
  (
    swicod char(3) not null ,
    swinam char(20),
    switype char(8),
    swiver char(6),
    swiip char(15)
  ) lock mode page;
create unique index "informix".switch1a on "informix".switch1 (swicod);

create table "informix".med_file 
  (
    file_id serial8 not null ,
    file_nm varchar(80) not null ,
    sw_cd char(3),
    seq_no integer not null ,
    recv_ts datetime year to second default current year to second,
    rec_cnt integer,
    err_cnt integer default 0,
    tot_secs float,
    file_stat char(1) default 'R' not null ,
    chksum char(32),
    unique (sw_cd,seq_no)  constraint "informix".u_med_seq,
    primary key (file_id)  constraint "informix".pk_med_file,
    check (file_stat in ('R' ,'P' ,'L' ,'E' ,'X' )) constraint "informix".ck_file_stat
  )  lock mode row;

create table "informix".med_err 
  (
    file_id int8 not null ,
    rec_no integer not null ,
    err_cd char(4) not null ,
    raw_rec lvarchar(4096),
    fixed_by char(12),
    primary key (file_id,rec_no)  constraint "informix".pk_med_err,
    foreign key (file_id) references "informix".med_file (file_id) on delete cascade constraint "informix".fk_med_err_file
  )  lock mode row;

create table 'informix'.err_code_lu
  (
    err_cd char(4) not null ,
    err_desc varchar(60),
    recycle_flg char(1) default 'Y',
    primary key (err_cd)  constraint "informix".pk_err_code_lu
  )  lock mode page;

create raw table "informix".cdr_raw 
  (
    file_id int8 not null ,
    rec_no integer not null ,
    rec_type char(2),
    a_num char(24),
    b_num char(24),
    imsi char(15),
    imei char(15),
    start_ts char(14),               { CCYYMMDDhhmmss in switch time }
    dur_sec integer,
    in_trk integer,
    out_trk integer,
    cell_id char(16),
    vol_up int8,
    vol_down int8
  ) 
  fragment by round robin in cdrdbs1 ,cdrdbs2 ,cdrdbs3 ,cdrdbs4
  extent size 2000000 next size 1000000 lock mode page;

{ TABLE "informix".cdr_rated row size = 164 number of columns = 24 index size = 60 }

create table "informix".cdr_rated 
  (
    cdr_part smallint not null ,
    cdr_id int8 not null ,
    file_id int8 not null ,
    subs_id int8,
    acct_id integer,
    bill_prd char(6) not null ,
    call_type char(2) not null ,
    orig_num char(24),
    dest_num char(24),
    start_ts datetime year to second not null ,
    call_dur interval hour(5) to second,
    dur_sec integer not null ,
    vol_kb decimal(16),
    plan_cd char(6),
    ver_no smallint,
    zset_cd char(4),
    zone_cd char(4),
    band_cd char(2),
    chg_amt decimal(14,5) not null ,
    free_amt decimal(14,5) default 0.00000,
    bndl_cd char(6),
    inv_no integer,
    line_no smallint,
    roam_tadig char(5),
    primary key (cdr_part,cdr_id)  constraint "informix".pk_cdr_rated,
    check (cdr_part between 0 and 11 ) constraint "informix".ck_cdr_part,
    check (dur_sec >= 0 )
  ) 
  fragment by expression 
    (cdr_part in (0, 1, 2) ) in cdrdbs1 ,
    (cdr_part in (3, 4, 5) ) in cdrdbs2 ,
    (cdr_part in (6, 7, 8) ) in cdrdbs3 ,
    remainder in cdrdbs4
  extent size 4000000 next size 2000000 lock mode row;
revoke all on "informix".cdr_rated from "public" as "informix";
create index "informix".ix_cdr_subs on "informix".cdr_rated (subs_id, bill_prd) using btree 
    fragment by expression (cdr_part < 6 ) in idxdbs1 , remainder in idxdbs2;
create index "informix".ix_cdr_inv on "informix".cdr_rated (inv_no, line_no) using btree  in idxdbs2;

create table "informix".cdr_rated_2018
  (
    cdr_part smallint,
    cdr_id int8,
    subs_id int8,
    acct_id integer,
    bill_prd char(6),
    call_type char(2),
    dest_num char(24),
    start_ts datetime year to second,
    dur_sec integer,
    chg_amt decimal(14,5),
    inv_no integer
  ) in archdbs extent size 8000000 next size 4000000 lock mode page;

-- scratch of the loader. It is a real table, whatever its name says
create table "informix".tmp_cdr_load
  (
    line_no integer,
    rec char(255),
    f1 char(24),
    f2 char(24),
    f3 char(24),
    f4 char(24),
    f5 char(24),
    load_id integer
  ) in scratchdbs extent size 500000 next size 500000 lock mode page;

create external table "informix".ext_cdr_in
  (
    a_num char(24),
    b_num char(24),
    start_ts char(14),
    dur_sec integer
  )
  using (datafiles ("DISK:/med/in/cdr_current.unl"), format "delimited", delimiter "|",
         rejectfile "/med/rej/cdr_%r.rej", maxerrors 500);

-- ---------------------------------------------------------------------- bills, invoices

create table "informix".bill_run 
  (
    run_id serial not null ,
    cycle_cd char(2) not null ,
    bill_prd char(6) not null ,
    run_type char(1) default 'L' not null ,
    run_stat char(1) default 'N' not null ,
    start_ts datetime year to second,
    end_ts datetime year to second,
    inv_cnt integer,
    tot_amt money(16,2),
    run_by char(12),
    restart_of integer,
    primary key (run_id)  constraint "informix".pk_bill_run,
    check (run_type in ('T' ,'L' )) constraint "informix".ck_run_type,
    check (run_stat in ('N' ,'R' ,'F' ,'C' )) constraint "informix".ck_run_stat
  )  lock mode row;

{ TABLE "informix".invoice row size = 146 number of columns = 19 index size = 44 }

create table "informix".invoice 
  (
    inv_no integer not null ,
    acct_id integer not null ,
    run_id integer,
    bill_prd char(6) not null ,
    inv_type char(2) default 'RG' not null ,
    inv_dt date not null ,
    due_dt date not null ,
    curr_cd char(3) not null ,
    prev_bal money(16,2) default $0.00,
    net_amt money(16,2) not null ,
    tax_amt money(16,2) not null ,
    gross_amt money(16,2) not null ,
    open_amt money(16,2) not null ,
    inv_stat char(1) default 'O' not null ,
    orig_inv_no integer,                      -- a credit note's invoice
    dunn_lvl smallint default 0 not null ,
    late_fee_inv integer,
    prn_batch integer,
    addr_id integer,
    primary key (inv_no)  constraint "informix".pk_invoice,
    check (inv_type in ('RG' ,'FN' ,'CN' ,'LF' )) constraint "informix".ck_inv_type,
    check (inv_stat in ('O' ,'P' ,'D' ,'W' ,'X' )) constraint "informix".ck_inv_stat,
    check (due_dt >= inv_dt ) constraint "informix".ck_inv_due,
    check (gross_amt = (net_amt + tax_amt ) ) constraint "informix".ck_inv_sum
  ) 
  fragment by range (inv_dt) interval (numtoyminterval(1,'YEAR')) store in (invdbs1, invdbs2)
    partition inv_old values < date('01/01/2015') in archdbs
  extent size 400000 next size 100000 lock mode row;
revoke all on "informix".invoice from "public" as "informix";
create index "informix".ix_inv_acct on "informix".invoice (acct_id, bill_prd) using btree  in idxdbs1;

create table "informix".inv_line 
  (
    inv_no integer not null ,
    line_no smallint not null ,
    line_type char(2) not null ,
    subs_id int8,
    chg_cd char(6) not null ,
    line_txt varchar(100),
    qty decimal(14,3) default 1.000,
    unit_prc decimal(14,5),
    net_amt money(16,2) not null ,
    from_dt date,
    to_dt date,
    primary key (inv_no,line_no)  constraint "informix".pk_inv_line
  )  extent size 800000 next size 200000 lock mode row;

create table "informix".inv_line_tax 
  (
    inv_no integer not null ,
    line_no smallint not null ,
    tax_cd char(4) not null ,
    tax_dt date not null ,
    base_amt money(16,2) not null ,
    tax_amt money(16,2) not null ,
    primary key (inv_no,line_no,tax_cd)  constraint "informix".pk_inv_line_tax
  )  extent size 400000 next size 100000 lock mode row;

create table "informix".chg_code 
  (
    chg_cd char(6) not null ,
    chg_desc varchar(50) not null ,
    gl_acct char(10) not null ,
    tax_cd char(4) not null ,
    recur_flg char(1) default 'Y',
    primary key (chg_cd)  constraint "informix".pk_chg_code
  )  lock mode page;

create table "informix".inv_image
  (
    inv_no integer not null ,
    fmt_cd char(4) default 'PDF' not null ,
    img blob,
    ocr_txt clob,
    primary key (inv_no, fmt_cd) constraint "informix".pk_inv_image
  )
  put img in (sbspace1) (log, extent size 100), ocr_txt in (sbspace1)
  lock mode row;

{ -------- left behind by the clean-up of January 2019; don't bill from it -------- }
create table "informix".invoice_20190131
  (
    inv_no integer,
    acct_id integer,
    run_id integer,
    bill_prd char(6),
    inv_type char(2),
    inv_dt date,
    due_dt date,
    curr_cd char(3),
    gross_amt money(16,2),
    open_amt money(16,2),
    inv_stat char(1)
  ) in scratchdbs;

-- ------------------------------------------------------------- payments and adjustments

create table "informix".pay_batch 
  (
    batch_id serial not null ,
    src_cd char(6) not null ,
    bank_ref varchar(35),
    batch_dt date not null ,
    item_cnt integer,
    ctl_amt money(16,2) not null ,
    post_flg char(1) default 'N' not null ,
    post_by char(12),
    primary key (batch_id)  constraint "informix".pk_pay_batch
  )  lock mode row;

create table "informix".payment 
  (
    pay_id serial8 not null ,
    acct_id integer not null ,
    batch_id integer,
    pmt_mthd char(2) not null ,
    pay_dt date default today not null ,
    pay_amt money(16,2) not null ,
    unalloc_amt money(16,2) not null ,
    curr_cd char(3) default 'EUR',
    ext_ref varchar(40),
    rev_pay_id int8,
    rev_rsn char(6),
    entered_by char(12),
    primary key (pay_id)  constraint "informix".pk_payment,
    check (pay_amt != $0.00 ) constraint "informix".ck_pay_amt
  )  extent size 100000 next size 50000 lock mode row;
create index "informix".ix_pay_acct on "informix".payment (acct_id) using btree  in idxdbs1;

create table "informix".pay_mthd_lu
  (
    pay_mthd_cd char(2) not null ,
    mthd_desc varchar(30) not null ,
    auto_flg char(1) default 'N',
    primary key (pay_mthd_cd) constraint "informix".pk_pay_mthd_lu
  ) lock mode page;

create table "informix".pay_alloc 
  (
    pay_id int8 not null ,
    inv_no integer not null ,
    alloc_amt money(16,2) not null ,
    alloc_ts datetime year to second default current year to second,
    primary key (pay_id,inv_no)  constraint "informix".pk_pay_alloc,
    check (alloc_amt > $0.00 ) constraint "informix".ck_alloc_amt
  )  lock mode row;

create table "informix".adj_rsn_lu 
  (
    adj_rsn char(4) not null ,
    rsn_desc varchar(50) not null ,
    sign_cd char(1) default '-' not null ,
    gl_acct char(10),
    min_role char(8),
    primary key (adj_rsn)  constraint "informix".pk_adj_rsn_lu,
    check (sign_cd in ('+' ,'-' ))
  )  lock mode page;

{ owner_type: A = acct, S = subs, I = invoice, D = dealer }
create table "informix".adjustment 
  (
    adj_id serial8 not null ,
    owner_type char(1) not null ,
    owner_id int8 not null ,
    adj_rsn char(4) not null ,
    adj_amt money(16,2) not null ,
    tax_cd char(4),
    tkt_no integer,
    req_login char(12) not null ,
    appr_login char(12),
    adj_stat char(1) default 'P' not null ,
    bill_prd char(6),
    primary key (adj_id)  constraint "informix".pk_adjustment,
    check (owner_type in ('A' ,'S' ,'I' ,'D' )) constraint "informix".ck_adj_owner,
    check (adj_stat in ('P' ,'A' ,'R' ,'X' )) constraint "informix".ck_adj_stat,
    check ((appr_login IS NULL ) OR (appr_login != req_login ) ) constraint "informix".ck_adj_four_eyes
  )  lock mode row;
create index "informix".ix_adj_owner on "informix".adjustment (owner_type, owner_id) using btree ;

-- -------------------------------------------------------------------------- collections

create table "informix".dunn_level 
  (
    dunn_grp char(2) not null ,
    lvl_no smallint not null ,
    days_late smallint not null ,
    min_amt money(16,2) not null ,
    act_cd char(2) not null ,
    ltr_cd char(6),
    fee_amt money(16,2) default $0.00,
    bar_flg char(1) default 'N',
    primary key (dunn_grp,lvl_no)  constraint "informix".pk_dunn_level,
    check (lvl_no between 1 and 9 )
  )  lock mode page;

create table "informix".dunn_case 
  (
    case_no serial not null ,
    acct_id integer not null ,
    dunn_grp char(2) not null ,
    curr_lvl smallint default 1 not null ,
    open_dt date default today not null ,
    open_amt money(16,2) not null ,
    handler char(12),
    close_dt date,
    close_rsn char(6),
    primary key (case_no)  constraint "informix".pk_dunn_case
  )  lock mode row;

create table "informix".dunn_act 
  (
    case_no integer not null ,
    act_seq smallint not null ,
    dunn_grp char(2) not null ,
    lvl_no smallint not null ,
    act_dt date not null ,
    inv_no integer,
    fee_inv_no integer,
    letter_txt text in table,
    primary key (case_no,act_seq)  constraint "informix".pk_dunn_act,
    foreign key (case_no) references "informix".dunn_case (case_no) on delete cascade constraint "informix".fk_dact_case,
    foreign key (dunn_grp,lvl_no) references "informix".dunn_level (dunn_grp,lvl_no) constraint "informix".fk_dact_lvl
  )  lock mode row;

-- -------------------------------------------------------------------- dealers, commission

create table "tbown".dealer
  (
    dlr_cd char(8) not null ,
    dlr_nm varchar(60) not null ,
    par_dlr_cd char(8),                       -- chain; '' and null both mean none
    dlr_tier char(1) default 'C',
    cust_id integer,                          -- the dealer's own customer record
    sett_acct integer,
    comm_plan char(6) not null ,
    region char(6),
    start_dt date,
    end_dt date,
    primary key (dlr_cd) constraint "tbown".pk_dealer,
    check (dlr_tier in ('A', 'B', 'C', 'X')) constraint "tbown".ck_dlr_tier
  ) lock mode row;

create table "tbown".comm_plan
  (
    comm_plan char(6) not null primary key constraint "tbown".pk_comm_plan,
    plan_desc varchar(60),
    clawback_mths smallint default 6
  ) lock mode page;

create table "tbown".comm_txn
  (
    comm_id bigserial not null ,
    dlr_cd char(8) not null ,
    subs_id bigint not null ,                 -- int8 over there, bigint here
    comm_type char(2) not null ,
    comm_amt decimal not null ,               -- no scale: whatever the server thinks
    earn_dt date,
    bill_prd char(6),
    claw_of bigint,
    pay_id int8,
    primary key (comm_id) constraint "tbown".pk_comm_txn,
    foreign key (dlr_cd) references "tbown".dealer (dlr_cd) constraint "tbown".fk_ctxn_dlr
  ) lock mode row;

-- ------------------------------------------------------------- interconnect and roaming

create table "informix".ic_partner 
  (
    ic_id serial not null ,
    ic_nm varchar(60) not null ,
    ctry_cd char(3) not null ,
    curr_cd char(3) not null ,
    gl_ar_acct char(10),
    gl_ap_acct char(10),
    primary key (ic_id)  constraint "informix".pk_ic_partner
  )  lock mode row;

create table "informix".ic_agrmt 
  (
    ic_id integer not null ,
    agr_no smallint not null ,
    eff_from date not null ,
    eff_to date,
    sett_days smallint default 30,
    signed_doc byte in blobdbs,
    primary key (ic_id,agr_no)  constraint "informix".pk_ic_agrmt,
    foreign key (ic_id) references "informix".ic_partner (ic_id) constraint "informix".fk_agr_ic
  )  lock mode row;

create table "informix".ic_rate 
  (
    ic_id integer not null ,
    agr_no smallint not null ,
    dir_cd char(1) not null ,
    zset_cd char(4) not null ,
    zone_cd char(4) not null ,
    rate_min decimal(10,6) not null ,
    primary key (ic_id,agr_no,dir_cd,zset_cd,zone_cd)  constraint "informix".pk_ic_rate
  )  lock mode row;

create table "informix".roam_partner 
  (
    tadig_cd char(5) not null ,
    netw_nm varchar(60),
    mcc char(3) not null ,
    mnc char(3) not null ,
    ctry_cd char(3) not null ,
    iot_zone char(4),
    zset_cd char(4),
    tap_ver char(4) default '0312',
    ic_id integer,
    primary key (tadig_cd)  constraint "informix".pk_roam_partner,
    unique (mcc,mnc)  constraint "informix".u_roam_mcc_mnc
  )  lock mode row;

-- KNOWN SCAR. The export of 2009-11-02 ran out of spool space in the middle of the next
-- statement. The table was restored from tape (see roam_tax below, which replaced it), the
-- broken text was never removed because "it has always been there". It ends in mid-type.
create table "informix".roam_surchg 
  (
    tadig_cd char(5) not null ,
    eff_dt date not null ,
    surchg_pct decimal(5,

-- >>> spool continued 2009-11-03 07:12 on /dump2

create table "informix".roam_tax 
  (
    tadig_cd char(5) not null ,
    tax_seq smallint not null ,
    tax_pct decimal(5,2),
    tap_tax_cd char(2),
    primary key (tadig_cd,tax_seq)  constraint "informix".pk_roam_tax
  )  lock mode row;

create table "informix".tap_file 
  (
    tap_id serial8 not null ,
    dir_cd char(1) not null ,
    tadig_cd char(5) not null ,
    file_seq char(5) not null ,
    tap_ver char(4),
    recv_ts datetime year to second,
    tot_sdr decimal(16,5),
    sdr_rate decimal(12,6),
    med_file_id int8,
    tap_stat char(1) default 'N',
    raw_xml lvarchar(32000),
    primary key (tap_id)  constraint "informix".pk_tap_file,
    unique (dir_cd,tadig_cd,file_seq)  constraint "informix".u_tap_file,
    foreign key (tadig_cd) references "informix".roam_partner (tadig_cd) constraint "informix".fk_tap_partner,
    check (dir_cd in ('I' ,'O' )) constraint "informix".ck_tap_dir
  )  lock mode row;

create table "informix".tap_rec 
  (
    tap_id int8 not null ,
    rec_no integer not null ,
    imsi char(15) not null ,
    msisdn varchar(15),
    imei char(15),
    call_type char(2),
    chg_sdr decimal(16,5) not null ,
    cdr_part smallint,
    cdr_id int8,
    tax_seq smallint,
    primary key (tap_id,rec_no)  constraint "informix".pk_tap_rec
  )  extent size 400000 next size 100000 lock mode row;

-- --------------------------------------------------------------- orders and provisioning

create table "informix".svc_order 
  (
    ord_no serial(100000) not null ,
    ord_type char(2) not null ,
    cust_id integer not null ,
    acct_id integer,
    dlr_cd char(8),
    ord_stat char(2) default 'NW' not null ,
    ord_ts datetime year to second default current year to second not null ,
    want_dt date,
    taken_by char(12),
    repl_ord_no integer,
    primary key (ord_no)  constraint "informix".pk_svc_order,
    check (ord_type in ('NW' ,'CH' ,'CE' ,'MV' ,'PT' )) constraint "informix".ck_ord_type,
    check (ord_stat in ('NW' ,'VA' ,'PR' ,'CO' ,'CX' ,'ER' )) constraint "informix".ck_ord_stat
  )  lock mode row;

create table "informix".svc_order_item 
  (
    ord_no integer not null ,
    item_no smallint not null ,
    act_cd char(1) not null ,
    subs_id int8,
    trf_cd char(6),
    trf_ver smallint,
    feat_cd char(6),
    mdl_cd char(10),
    iccid char(20),
    msisdn varchar(15),
    item_prc money(16,2),
    inst_addr_id integer,
    primary key (ord_no,item_no)  constraint "informix".pk_svc_order_item,
    foreign key (ord_no) references "informix".svc_order (ord_no) on delete cascade constraint "informix".fk_oitem_ord,
    check (act_cd in ('A' ,'C' ,'D' ))
  )  lock mode row;

create table "informix".prov_task 
  (
    task_id serial8 not null ,
    ord_no integer not null ,
    item_no smallint not null ,
    prov_sys char(8) not null ,
    dep_task_id int8,
    task_stat char(1) default 'W' not null ,
    try_cnt smallint default 0 not null ,
    sched_ts datetime year to second,
    done_ts datetime year to second,
    cmd_txt lvarchar(2048) default 'NOP;',
    resp_txt lvarchar(2048),
    primary key (task_id)  constraint "informix".pk_prov_task,
    check (try_cnt <= 10 ) constraint "informix".ck_try_cnt
  )  lock mode row;

CREATE TABLE IF NOT EXISTS prov_system (
    prov_sys    CHAR(8)     NOT NULL,
    host_name   VARCHAR(64) NOT NULL,
    port_no     SMALLINT    CHECK (port_no > 0),
    cmd_sep     CHAR(1)     DEFAULT ';',
    open_brace  CHAR(1)     DEFAULT '{',
    is_active   BOOLEAN     DEFAULT 't' NOT NULL,
    -- the vendor's own key, "ne_id", is a string and can't be joined
    ne_id       NVARCHAR(20),
    PRIMARY KEY (prov_sys) CONSTRAINT pk_prov_system
);

-- ------------------------------------------------------------- trouble tickets and notes

create table "informix".trbl_tkt 
  (
    tkt_no integer not null ,
    cust_id integer not null ,
    subs_id int8,
    tkt_type char(4) not null ,
    prio smallint default 3 not null ,
    tkt_stat char(2) default 'OP' not null ,
    open_ts datetime year to minute default current year to minute not null ,
    open_by char(12),
    asgn_to char(12),
    sla_left interval day(3) to second,
    dup_of_tkt integer,
    inv_no integer,
    xchcod char(4),
    clos_ts datetime year to minute,
    primary key (tkt_no)  constraint "informix".pk_trbl_tkt,
    check (prio between 1 and 5 ) constraint "informix".ck_tkt_prio
  )  lock mode row;

create table "informix".tt_contact
  (
    tkt_no integer not null ,
    seq_no smallint not null ,
    cont_ts datetime year to minute,
    cont_txt nvarchar(255),
    login char(12),
    primary key (tkt_no, seq_no) constraint "informix".pk_tt_contact
  ) lock mode row;

{ owner_type CUST, ACCT, SUBS, TKT, CASE, ORD ; owner_id is the serial of that table.
  The apostrophe in "customer's note" below broke the 2003 converter }
create table "informix".note 
  (
    note_id serial8 not null ,
    owner_type char(4) not null ,
    owner_id int8 not null ,
    note_cat char(6),
    note_ttl varchar(80) default 'customer''s note; see text',
    note_txt text in blobdbs,
    crt_by char(32) default user,
    crt_ts datetime year to fraction(3) default current year to fraction(3),
    primary key (note_id)  constraint "informix".pk_note
  )  lock mode row;
create index "informix".ix_note_owner on "informix".note (owner_type, owner_id) using btree ;

-- --------------------------------------------------------------------------------- fraud

CREATE TABLE fraud_rule (
    rule_id         SERIAL NOT NULL,
    rule_name       VARCHAR(60) NOT NULL,
    svc_type        CHAR(4),
    threshold       DECIMAL(16),
    window_len      INTERVAL DAY(3) TO SECOND,
    score           SMALLINT DEFAULT 10 NOT NULL,
    rule_expr       LVARCHAR(2048),      -- e.g.  dest_num like '00252%' -- premium, Somalia
    PRIMARY KEY (rule_id) CONSTRAINT pk_fraud_rule,
    CHECK (score BETWEEN 1 AND 100) CONSTRAINT ck_fraud_score
);

CREATE TABLE fraud_alert (
    alert_id        BIGSERIAL NOT NULL,
    rule_id         INTEGER NOT NULL REFERENCES fraud_rule (rule_id) CONSTRAINT fk_alert_rule,
    subs_id         INT8,
    msisdn          "informix".msisdn_t,
    imei            CHAR(15),
    raised_at       DATETIME YEAR TO FRACTION(3) DEFAULT CURRENT YEAR TO FRACTION(3) NOT NULL,
    alert_state     VARCHAR(10) DEFAULT 'OPEN' NOT NULL,
    analyst_id      INTEGER,
    loss_est        DOUBLE PRECISION,
    PRIMARY KEY (alert_id) CONSTRAINT pk_fraud_alert,
    CHECK (alert_state IN ('OPEN','CONFIRMED','FALSE','CLOSED')) CONSTRAINT ck_alert_state
) LOCK MODE ROW;

-- ------------------------------------------------------------------------ general ledger

create table 'informix'.glacct1
  (
    glacod char(10) not null ,
    gladsc char(30),
    glatyp char(1),
    glapar char(10),
    glabal float
  ) lock mode page;
create unique index informix.glacct1a on informix.glacct1 (glacod);

create table "informix".gl_period 
  (
    fisc_yr smallint not null ,
    prd_no smallint not null ,
    from_dt date not null ,
    to_dt date not null ,
    prd_stat char(1) default 'O' not null ,
    primary key (fisc_yr,prd_no)  constraint "informix".pk_gl_period,
    check (prd_no between 1 and 13 ) constraint "informix".ck_gl_prd
  )  lock mode page;

create table "informix".gl_jrn 
  (
    jrn_no serial not null ,
    fisc_yr smallint not null ,
    prd_no smallint not null ,
    src_cd char(4) not null ,
    run_id integer,
    post_ts datetime year to second,
    post_by char(12),
    primary key (jrn_no)  constraint "informix".pk_gl_jrn,
    foreign key (fisc_yr,prd_no) references "informix".gl_period (fisc_yr,prd_no) constraint "informix".fk_jrn_prd
  )  lock mode row;

create table "informix".gl_jrn_line 
  (
    jrn_no integer not null ,
    line_no integer not null ,
    gl_acct char(10) not null ,
    dr_amt money(16,2) default $0.00 not null ,
    cr_amt money(16,2) default $0.00 not null ,
    cost_ctr char(6),
    primary key (jrn_no,line_no)  constraint "informix".pk_gl_jrn_line,
    check (((dr_amt = $0.00 ) AND (cr_amt > $0.00 ) ) OR ((dr_amt > $0.00 ) AND (cr_amt = $0.00 ) ) ) constraint "informix".ck_jrn_side
  )  lock mode row;

{ never created in production:
create table "informix".gl_budget ( gl_acct char(10), fisc_yr smallint, amt money );
}

-- -------------------------------------------------------------------- scratch and repairs

create temp table t_cdr_dup
  (
    cdr_part smallint,
    cdr_id int8,
    dup_cnt integer
  ) with no log;

create table "informix".t_fix_2011 (acct_id integer, old_bal money(16,2), new_bal money(16,2));
-- 2011-08-30: balances repaired, table no longer needed
drop table "informix".t_fix_2011;

create table "informix".old_prov_q (q_id integer, subs_id int8, cmd char(80), ts char(14));

-- --------------------------------------------------------------- later changes, in order

rename table "informix".tt_contact to tkt_contact;
rename column "informix".payment.pmt_mthd to pay_mthd_cd;
alter table "informix".acct add (e_bill_dt date before glseg, risk_scr smallfloat);
alter table "informix".cust_contact modify (cont_val varchar(254,20) not null);
alter table "informix".sim_card drop (pin1);
alter table "informix".acct lock mode (row);
alter table "informix".trbl_tkt modify next size 4096;

alter table "informix".app_user_role add constraint (foreign key (user_id) 
    references "informix".app_user  on delete cascade constraint "informix".fk_aur_user);
alter table "informix".app_user_role add constraint (foreign key (role_cd) 
    references "informix".user_role_lu  constraint "informix".fk_aur_role);
alter table "informix".cust_mstr add constraint (foreign key (cust_stat) 
    references "informix".cust_stat_lu  constraint "informix".fk_cust_stat);
alter table "informix".cust_mstr add constraint (foreign key (prim_acct_id) 
    references "informix".acct (acct_id) constraint "informix".fk_cust_prim_acct);
alter table "informix".acct add constraint (foreign key (cust_id) 
    references "informix".cust_mstr (cust_id) constraint "informix".fk_acct_cust);
alter table "informix".acct add constraint (foreign key (parent_acct_id) 
    references "informix".acct (acct_id) constraint "informix".fk_acct_parent);
alter table "informix".acct_bill_pref add constraint (foreign key (acct_id) 
    references "informix".acct (acct_id) on delete cascade constraint "informix".fk_abp_acct);
alter table "informix".subs add constraint (foreign key (acct_id) 
    references "informix".acct (acct_id) constraint "informix".fk_subs_acct);
alter table "informix".subs add constraint (foreign key (stat_cd) 
    references "informix".subs_stat_lu  constraint "informix".fk_subs_stat);
-- 2005: two at once, the server takes a list
alter table "informix".subs_stat_trans add constraint (
    foreign key (from_stat) references "informix".subs_stat_lu (stat_cd) constraint "informix".fk_trans_from,
    foreign key (to_stat) references "informix".subs_stat_lu (stat_cd) constraint "informix".fk_trans_to);
alter table "informix".trf_zone_dest add constraint (foreign key (zset_cd,zone_cd) 
    references "informix".trf_zone (zset_cd,zone_cd) constraint "informix".fk_dest_zone);
alter table "informix".invoice add constraint (foreign key (acct_id) 
    references "informix".acct (acct_id) constraint "informix".fk_inv_acct);
alter table "informix".inv_line_tax add constraint (foreign key (inv_no,line_no) 
    references "informix".inv_line (inv_no,line_no) on delete cascade constraint "informix".fk_tax_line);
alter table "informix".pay_alloc add constraint (foreign key (pay_id) 
    references "informix".payment (pay_id) constraint "informix".fk_alloc_pay);
alter table "informix".dunn_case add constraint (foreign key (acct_id) 
    references "informix".acct (acct_id) constraint "informix".fk_case_acct);
alter table "tbown".dealer add constraint (foreign key (par_dlr_cd)
    references "tbown".dealer (dlr_cd) constraint "tbown".fk_dlr_parent);
alter table "tbown".dealer add constraint (foreign key (comm_plan)
    references "tbown".comm_plan (comm_plan) constraint "tbown".fk_dlr_plan);
alter table "informix".ic_agrmt add constraint (check (eff_to is null or eff_to > eff_from) constraint "informix".ck_agr_dates);
alter table "informix".cust_corp_ext add constraint unique (vat_no) constraint "informix".u_corp_vat;
-- dropped again, two weeks later: the loader can't keep the order
alter table "informix".med_err add constraint (foreign key (err_cd) 
    references "informix".err_code_lu (err_cd) constraint "informix".fk_med_err_code);
alter table "informix".med_err drop constraint fk_med_err_code;

-- ------------------------------------------------------- code tables: the rows they need

insert into "informix".user_role_lu values ('AGENT', 'Care agent', 25.00);
insert into "informix".user_role_lu values ('SUPV', 'Care supervisor; signs up to 250', 250.00);
insert into "informix".user_role_lu values ('FINANCE', 'Finance -- all amounts', 99999.99);
insert into "informix".user_role_lu values ('BATCH', 'Batch user {no login}', 0);
insert into "informix".country_lu (ctry_cd, ctry_nm, dial_pfx, eu_flg) values ('IRL', 'Ireland', '353', 't');
insert into "informix".country_lu (ctry_cd, ctry_nm, dial_pfx, eu_flg) values ('GBR', 'United Kingdom', '44', 'f');
insert into "informix".country_lu (ctry_cd, ctry_nm, dial_pfx, eu_flg) values ('FRA', 'France', '33', 't');
insert into "informix".country_lu (ctry_cd, ctry_nm, dial_pfx, eu_flg) values ('CIV', 'Côte d''Ivoire', '225', 'f');
insert into "informix".country_lu (ctry_cd, ctry_nm, dial_pfx, eu_flg) values ('USA', 'United States', '1', 'f');
insert into "informix".currency_lu values ('EUR', 'Euro', 2);
insert into "informix".currency_lu values ('GBP', 'Pound sterling', 2);
insert into "informix".currency_lu values ('XDR', 'Special drawing right', 5);
insert into "informix".cust_stat_lu values ('A', 'Active', 'Y');
insert into "informix".cust_stat_lu values ('P', 'Prospect', 'N');
insert into "informix".cust_stat_lu values ('X', 'Closed; kept for 7 years', 'N');
insert into "informix".subs_stat_lu values ('PA', 'Pre-active', 'N', 'N');
insert into "informix".subs_stat_lu values ('AC', 'Active', 'Y', 'Y');
insert into "informix".subs_stat_lu values ('SB', "Barred, customer's own wish", 'N', 'Y');
insert into "informix".subs_stat_lu values ('SD', 'Suspended, dunning', 'N', 'Y');
insert into "informix".subs_stat_lu values ('PO', 'Ported out', 'N', 'N');
insert into "informix".subs_stat_lu values ('TE', 'Terminated', 'N', 'N');
insert into "informix".subs_stat_trans values ('PA', 'AC', 'N', 'AGENT');
insert into "informix".subs_stat_trans values ('PA', 'TE', 'Y', 'AGENT');
insert into "informix".subs_stat_trans values ('AC', 'SB', 'N', 'AGENT');
insert into "informix".subs_stat_trans values ('SB', 'AC', 'N', 'AGENT');
insert into "informix".subs_stat_trans values ('AC', 'SD', 'Y', 'BATCH');
insert into "informix".subs_stat_trans values ('SD', 'AC', 'Y', 'SUPV');
insert into "informix".subs_stat_trans values ('AC', 'PO', 'Y', 'BATCH');
insert into "informix".subs_stat_trans values ('AC', 'TE', 'Y', 'SUPV');
insert into "informix".subs_stat_trans values ('SD', 'TE', 'Y', 'FINANCE');
INSERT INTO code_hdr VALUES ('TITLE', 'Form of address', 'N');
INSERT INTO code_hdr VALUES ('IDDOC', 'Identity document', 'N');
INSERT INTO code_hdr VALUES ('CONTTP', 'Kind of contact', 'Y');
INSERT INTO code_dtl VALUES ('TITLE', 'MR', 'Mr', 1, 'Y');
INSERT INTO code_dtl VALUES ('TITLE', 'MS', 'Ms', 2, 'Y');
INSERT INTO code_dtl VALUES ('IDDOC', 'PASS', 'Passport', 1, 'Y');
INSERT INTO code_dtl VALUES ('IDDOC', 'DRLIC', 'Driver''s licence', 2, 'Y');
INSERT INTO code_dtl VALUES ('CONTTP', 'EMAIL', 'E-mail', 1, 'Y');
insert into "informix".glacct1 values ('1200', 'TRADE DEBTORS', 'A', null, 0);
insert into "informix".glacct1 values ('2200', 'VAT PAYABLE', 'L', null, 0);
insert into "informix".glacct1 values ('4000', 'REVENUE', 'R', null, 0);
insert into "informix".glacct1 values ('4010', 'REVENUE VOICE', 'R', '4000', 0);
insert into "informix".glacct1 values ('4020', 'REVENUE DATA', 'R', '4000', 0);
insert into "informix".glacct1 values ('4900', 'LATE FEES', 'R', '4000', 0);
insert into "informix".tax_code values ('VST', 'VAT standard', 'IRL', '2200');
insert into "informix".tax_code values ('VZR', 'VAT zero', 'IRL', '2200');
insert into "informix".tax_rate values ('VST', '01/01/2012', 23.00);
insert into "informix".tax_rate values ('VST', '09/01/2020', 21.00);
insert into "informix".tax_rate values ('VZR', '01/01/1993', 0.00);
insert into "informix".credit_class values ('A1', 'Excellent', 1000.00, 'N', 'G1');
insert into "informix".credit_class values ('B1', 'Normal', 250.00, 'N', 'G2');
insert into "informix".credit_class values ('D1', 'Deposit needed', 50.00, 'Y', 'G2');
insert into "informix".pay_mthd_lu values ('DD', 'Direct debit', 'Y');
insert into "informix".pay_mthd_lu values ('CC', 'Card', 'Y');
insert into "informix".pay_mthd_lu values ('CQ', 'Cheque', 'N');
insert into "informix".bill_cycle values ('01', 'First of month', 1, 21, '201902', 'O');
insert into "informix".bill_cycle values ('15', 'Mid month', 15, 14, '201901', 'O');
insert into "informix".svc_type_lu values ('GSM', 'Mobile voice', 'V', 'HLR01');
insert into "informix".svc_type_lu values ('GPRS', 'Mobile data', 'D', 'PCRF01');
insert into "informix".svc_type_lu values ('PSTN', 'Fixed line', 'V', 'AXE10');
insert into prov_system (prov_sys, host_name, port_no, cmd_sep, ne_id) values ('HLR01', 'hlr-a', 7776, ';', 'NE-1');
insert into prov_system (prov_sys, host_name, port_no, cmd_sep, ne_id) values ('PCRF01', 'pcrf-a', 3868, null, 'NE-9');
insert into prov_system (prov_sys, host_name, port_no, cmd_sep, ne_id) values ('AXE10', 'axe-dub', 23, ':', '');
insert into "informix".feature values ('VM', 'Voice mail', 'GSM', null, null, 'SET:VM=1;');
insert into "informix".feature values ('CLIR', 'Number withheld', 'GSM', null, null, 'SET:CLIR=1;');
insert into "informix".feature values ('ROAM', 'Roaming', 'GSM', null, null, 'SET:ROAM=ALL;');
insert into "informix".feature values ('RDATA', 'Roaming data', 'GPRS', 'ROAM', null, 'SET:RD={APN};');
insert into "informix".trf_plan values ('TLK20', 'Talk 20', 'GSM', 'RE', 'TLK30', '03/01/2010', '06/30/2015', '4010');
insert into "informix".trf_plan values ('TLK30', 'Talk 30', 'GSM', 'RE', null, '07/01/2015', null, '4010');
insert into "informix".trf_plan values ('DAT5', 'Data 5 GB', 'GPRS', 'BU', null, '07/01/2015', null, '4020');
insert into "informix".trf_plan_ver values ('TLK20', 1, '03/01/2010', '06/30/2015', 20.0, 0, 'EUR', 'VST', 0, 'moneill');
insert into "informix".trf_plan_ver values ('TLK30', 1, '07/01/2015', null, 30.0, 0, 'EUR', 'VST', 0, 'moneill');
insert into "informix".trf_plan_ver values ('TLK30', 2, '01/01/2019', null, 32.5, 0, 'EUR', 'VST', 0, 'pkelly');
insert into "informix".trf_zone values ('STD', 'NAT', 'National', 'N');
insert into "informix".trf_zone values ('STD', 'EU', 'European Union', 'Y');
insert into "informix".trf_zone values ('STD', 'ROW', 'Rest of the world', 'Y');
insert into "informix".trf_zone_dest values ('STD', '353', 'NAT', 'IRL', 'Ireland');
insert into "informix".trf_zone_dest values ('STD', '33', 'EU', 'FRA', 'France');
insert into "informix".trf_zone_dest values ('STD', '1', 'ROW', 'USA', 'North America');
insert into "informix".trf_time_band values ('PK', 'W', '08:00', '18:00');
insert into "informix".trf_time_band values ('OP', 'W', '18:00', '08:00');
insert into "informix".trf_time_band values ('OP', 'S', '00:00', '23:59');
insert into "informix".trf_rate values ('TLK30', 1, 'STD', 'NAT', 'PK', 'W', 0.15, 0, 60, 1);
insert into "informix".trf_rate values ('TLK30', 1, 'STD', 'EU', 'PK', 'W', 0.19, 0.05, 60, 1);
insert into "informix".trf_rate values ('TLK30', 2, 'STD', 'NAT', 'OP', 'S', 0.05, 0, 1, 1);
insert into "informix".chg_code values ('RENT', 'Monthly rental', '4010', 'VST', 'Y');
insert into "informix".chg_code values ('DATA', 'Data usage', '4020', 'VST', 'N');
insert into "informix".chg_code values ('LATE', 'Late payment fee', '4900', 'VZR', 'N');
insert into "informix".adj_rsn_lu values ('GOOD', 'Goodwill', '-', '4000', 'AGENT');
insert into "informix".adj_rsn_lu values ('DISP', 'Disputed calls', '-', '4010', 'SUPV');
insert into "informix".adj_rsn_lu values ('LATE', 'Late payment fee', '+', '4900', 'BATCH');
insert into "informix".dunn_level values ('G1', 1, 14, 20.00, 'LT', 'REM1', 0, 'N');
insert into "informix".dunn_level values ('G2', 1, 7, 10.00, 'LT', 'REM1', 5.00, 'N');
insert into "informix".dunn_level values ('G2', 2, 21, 10.00, 'BR', 'BARN', 15.00, 'Y');
insert into port_operator values ('TELB', 'Telbill Mobile', 'D01000', 'f', null, null);
insert into port_operator values ('GRNM', 'Green Mobile', 'D02000', 'f', null, null);
insert into port_operator values ('LITE', 'Lite Mobile (MVNO)', 'D02100', 't', 'GRNM', null);
insert into parm_ctl (parm_cd, parm_val, parm_type) values ('LATE_FEE', '7.50', 'N');
insert into parm_ctl (parm_cd, parm_val, parm_type) values ('AFTER_LOAD', 'create table x (a int); drop table x;', 'C');
load from "zone_dest.unl" delimiter "|" insert into "informix".trf_zone_dest;

-- --------------------------------------------------------------------------------- views

create view "informix".v_active_subs (subs_id, msisdn, acct_no, cust_no, cust_nm, plan_nm) as
  select x0.subs_id, x0.msisdn, x1.acct_no, x2.cust_no,
         nvl(x2.org_nm, x2.last_nm), x3.plan_nm
    from "informix".subs x0, "informix".acct x1, "informix".cust_mstr x2, outer "informix".trf_plan x3
   where x0.acct_id = x1.acct_id and x1.cust_id = x2.cust_id
     and x3.plan_cd = x0.trf_cd and x0.stat_cd in ('AC', 'SB', 'SD');

create view "informix".v_open_inv (acct_id, inv_no, due_dt, open_amt, days_late) as
  select i.acct_id, i.inv_no, i.due_dt, i.open_amt, today - i.due_dt
    from "informix".invoice i
   where i.open_amt > 0 and i.inv_stat in ('O', 'D') and i.inv_type != 'CN';

{ ageing as finance wants it; the buckets are the auditor's }
create view "informix".v_aged_debt (acct_id, curr_cd, amt_30, amt_60, amt_90, amt_old) as
  select a.acct_id, a.curr_cd,
         sum(case when v.days_late between 1 and 30 then v.open_amt else 0 end),
         sum(case when v.days_late between 31 and 60 then v.open_amt else 0 end),
         sum(case when v.days_late between 61 and 90 then v.open_amt else 0 end),
         sum(case when v.days_late > 90 then v.open_amt else 0 end)
    from "informix".acct a, "informix".v_open_inv v
   where v.acct_id = a.acct_id and a.acct_stat <> 'W'
   group by a.acct_id, a.curr_cd;

create view "informix".v_all_inv (inv_no, acct_id, gross_amt, src) as
  select inv_no, acct_id, gross_amt, 'live' from "informix".invoice
  union all
  select inv_no, acct_id, gross_amt, 'copy; do not bill' from "informix".invoice_20190131;

create view "tbown".v_dlr_comm (dlr_cd, dlr_nm, chain_nm, bill_prd, tot_comm) as
  select d.dlr_cd, d.dlr_nm, p.dlr_nm, c.bill_prd, sum(c.comm_amt)
    from "tbown".comm_txn c
         inner join "tbown".dealer d on d.dlr_cd = c.dlr_cd
         left join "tbown".dealer p on p.dlr_cd = d.par_dlr_cd
         inner join "informix".subs s on s.subs_id = c.subs_id
   where c.comm_type <> 'CB'
   group by 1, 2, 3, 4;

create view v_port_open (port_id, msisdn, donor_oper, recipient_oper, request_state) as
  select port_id, msisdn, donor_oper, recipient_oper, request_state
    from port_request
   where request_state in ('REQUESTED', 'ACCEPTED')
  with check option;

create view "informix".v_roam_cost (tadig_cd, netw_nm, ctry_nm, bill_prd, cost_sdr, retail) as
  select rp.tadig_cd, rp.netw_nm, c.ctry_nm, cdr.bill_prd, sum(tr.chg_sdr), sum(cdr.chg_amt)
    from "informix".tap_rec tr, "informix".tap_file tf, "informix".roam_partner rp,
         "informix".country_lu c, "informix".cdr_rated cdr
   where tr.tap_id = tf.tap_id and tf.tadig_cd = rp.tadig_cd and rp.ctry_cd = c.ctry_cd
     and tr.cdr_part = cdr.cdr_part and tr.cdr_id = cdr.cdr_id and tf.dir_cd = 'I'
   group by 1, 2, 3, 4;

-- ------------------------------------------------------------------------------ synonyms

create public synonym "informix".customer for "informix".cust_mstr;
create public synonym "informix".account for "informix".acct;
create synonym "informix".subscriber for "informix".subs;
create private synonym "rptuser".inv for "informix".invoice;
create synonym "tbown".cust for "informix".cust_mstr;
create synonym "informix".dwh_sales for dwh@dwh_tcp:"informix".f_sales;

-- ----------------------------------------------------------------------------- procedures

create procedure "informix".sp_audit (p_table varchar(128), p_key varchar(64), p_op char(1),
                                      p_col varchar(128), p_old lvarchar(2048), p_new lvarchar(2048))
  -- the caller's login is in the session's global; batch programs don't set it
  define global g_login char(12) default 'batch';
  if p_old is null and p_new is null and p_op = 'U' then
    return;
  end if;
  insert into "informix".audit_log (table_nm, row_key, op_cd, col_nm, old_val, new_val, app_login)
       values (p_table, p_key, p_op, p_col, p_old, p_new, g_login);
end procedure;

create function "informix".acct_open_bal (p_acct_id integer)
  returning money(16,2) as open_bal;
  define v_open money(16,2);
  define v_unbilled money(16,2);

  select nvl(sum(i.open_amt), 0) into v_open
    from "informix".invoice i
   where i.acct_id = p_acct_id and i.inv_stat in ('O', 'D');
  select nvl(a.unbilled_amt, 0) into v_unbilled from "informix".account a where a.acct_id = p_acct_id;
  return v_open + v_unbilled;
end function
document 'Open invoices plus unbilled usage of one account.',
         'Uses the synonym; don''t drop it.'
with listing in '/tmp/acct_open_bal.lst';

-- rule: nobody goes over the limit of the account, or of its credit class when it has none
create procedure "informix".sp_chk_credit (p_acct_id integer, p_amt money(16,2))
  define v_limit, v_bal money(16,2);
  define v_class char(2);

  select a.cr_class, nvl(a.cr_limit_ovr, nvl(a.cr_limit, c.dflt_limit))
    into v_class, v_limit
    from "informix".acct a, "informix".credit_class c
   where a.acct_id = p_acct_id and c.cr_class = a.cr_class;
  if v_class is null then
    raise exception -746, 0, 'Credit check: account or class is missing';
  end if;
  let v_bal = acct_open_bal(p_acct_id);
  if v_bal + p_amt > v_limit then
    insert into "informix".note (owner_type, owner_id, note_cat, note_ttl)
         values ('ACCT', p_acct_id, 'CREDIT', 'Limit exceeded; order refused');
    raise exception -746, 0, 'Credit limit exceeded';
  elif v_bal + p_amt > v_limit * 0.9 then
    insert into "informix".note (owner_type, owner_id, note_cat, note_ttl)
         values ('ACCT', p_acct_id, 'CREDIT', 'Over 90 % of the limit');
  end if;
end procedure;

create procedure "informix".sp_subs_stat_chg (p_subs_id int8, p_old char(2), p_new char(2), p_rsn char(6))
  define v_rsn_reqd char(1);
  define v_seq integer;
  define v_open smallint;

  let v_rsn_reqd = (select t.rsn_reqd from "informix".subs_stat_trans t
                     where t.from_stat = p_old and t.to_stat = p_new);
  if v_rsn_reqd is null then
    raise exception -746, 0, 'Status change ' || p_old || '>' || p_new || ' is not allowed';
  end if;
  if v_rsn_reqd = 'Y' and (p_rsn is null or p_rsn = ' ') then
    raise exception -746, 0, 'A reason is required for this status change';
  end if;
  if p_new = 'TE' then      -- no termination while equipment is still being paid off
    select count(*) into v_open from "informix".subs_eqp e
     where e.subs_id = p_subs_id and e.to_dt is null and e.subsidy > 0;
    if v_open > 0 then
      raise exception -746, 0, 'Subsidised equipment is still open';
    end if;
  end if;
  select nvl(max(h.hist_seq), 0) + 1 into v_seq from "informix".subs_hist h where h.subs_id = p_subs_id;
  insert into "informix".subs_hist (subs_id, hist_seq, stat_cd, prev_stat, rsn_cd)
       values (p_subs_id, v_seq, p_new, p_old, p_rsn);
end procedure;

create function "informix".get_rate (p_plan char(6), p_ver smallint, p_dest varchar(24),
                                     p_band char(2), p_day char(1))
  returning decimal(10,5) as rate_min, char(4) as zone_cd;
  define v_rate decimal(10,5);
  define v_zset, v_zone char(4);
  define v_len smallint;

  let v_rate, v_zone = null, null;
  let v_len = length(p_dest);
  -- longest prefix wins; the loop is older than the function index it should use
  while v_len > 0
    foreach
      select d.zset_cd, d.zone_cd into v_zset, v_zone
        from "informix".trf_zone_dest d
       where d.dest_pfx = substr(p_dest, 1, v_len)
      let v_rate = null;
      select r.rate_min into v_rate
        from "informix".trf_rate r
       where r.plan_cd = p_plan and r.ver_no = p_ver and r.zset_cd = v_zset
         and r.zone_cd = v_zone and r.band_cd = p_band and r.day_type = p_day;
      if v_rate is not null then
        return v_rate, v_zone;
      end if;
    end foreach;
    let v_len = v_len - 1;
  end while;
  raise exception -746, 0, 'No rate for destination ' || p_dest;
end function;

create procedure "informix".sp_close_cycle (p_cycle char(2), p_prd char(6), p_login char(12))
  returning integer;
  define v_closed char(1);
  define v_open_runs, v_unrated, v_isam, v_sql integer;
  define v_msg varchar(255);

  on exception in (-268, -239) set v_sql, v_isam, v_msg
    execute procedure sp_audit('bill_cycle_cal', p_cycle || p_prd, 'U', 'error', v_sql, v_msg);
    return -1;
  end exception;

  set isolation to committed read;
  select closed_flg into v_closed from "informix".bill_cycle_cal
   where cycle_cd = p_cycle and bill_prd = p_prd;
  if v_closed = 'Y' then
    raise exception -746, 0, 'Billing period is closed already';
  end if;
  select count(*) into v_open_runs from "informix".bill_run r
   where r.cycle_cd = p_cycle and r.bill_prd = p_prd and r.run_type = 'L' and r.run_stat != 'C';
  select count(*) into v_unrated from "informix".med_file f where f.file_stat in ('R', 'P');
  if v_open_runs > 0 or v_unrated > 0 then
    raise exception -746, 0, 'Runs are open or files are not rated; cycle stays open';
  end if;
  begin work;
  update "informix".bill_cycle_cal set closed_flg = 'Y', closed_by = p_login
   where cycle_cd = p_cycle and bill_prd = p_prd;
  update "informix".bill_cycle
     set curr_period = case when p_prd[5,6] = '12'
                            then lpad(p_prd[1,4] + 1, 4, '0') || '01'
                            else p_prd + 1
                       end,
         stat_cd = 'O'
   where cycle_cd = p_cycle;
  commit work;
  return 0;
end procedure;

-- late fee: once an invoice, not under 5.00, not for class A1, not while a hold is on
create procedure "informix".sp_late_fee (p_run_dt date default null)
  returning integer as inv_no, money(16,2) as fee_amt;
  define v_inv, v_acct integer;
  define v_open, v_fee money(16,2);
  define v_class char(2);
  define v_hold date;

  if p_run_dt is null then let p_run_dt = today; end if;
  let v_fee = (select parm_val::money from parm_ctl where parm_cd = 'LATE_FEE');
  foreach c_late with hold for
    select i.inv_no, i.acct_id, i.open_amt, a.cr_class, a.coll_hold_until
      into v_inv, v_acct, v_open, v_class, v_hold
      from "informix".invoice i, "informix".acct a
     where a.acct_id = i.acct_id and i.inv_stat = 'O' and i.due_dt < p_run_dt - 14
       and i.late_fee_inv is null
    if v_open < 5.00 or v_class = 'A1' then
      continue foreach;
    end if;
    if v_hold >= p_run_dt then continue foreach; end if;
    update "informix".invoice set late_fee_inv = -1, inv_stat = 'D' where inv_no = v_inv;
    insert into "informix".adjustment (owner_type, owner_id, adj_rsn, adj_amt, req_login)
         values ('I', v_inv, 'LATE', v_fee, 'batch');
    return v_inv, v_fee with resume;
  end foreach;
end procedure;

create procedure "informix".sp_dunn_run (p_cycle char(2))
  define v_case, v_acct, v_days integer;
  define v_lvl, v_seq, v_next smallint;
  define v_grp char(2);
  define v_bar char(1);

  foreach
    select c.case_no, c.acct_id, c.dunn_grp, c.curr_lvl, today - c.open_dt
      into v_case, v_acct, v_grp, v_lvl, v_days
      from "informix".dunn_case c, "informix".acct a
     where c.acct_id = a.acct_id and a.cycle_cd = p_cycle and c.close_dt is null
    let v_next, v_bar = null, null;
    select l.lvl_no, l.bar_flg into v_next, v_bar from "informix".dunn_level l
     where l.dunn_grp = v_grp and l.lvl_no = v_lvl + 1 and l.days_late <= v_days;
    if v_next is null then
      continue foreach;
    end if;
    select nvl(max(act_seq), 0) + 1 into v_seq from "informix".dunn_act where case_no = v_case;
    insert into "informix".dunn_act (case_no, act_seq, dunn_grp, lvl_no, act_dt)
         values (v_case, v_seq, v_grp, v_next, today);
    update "informix".dunn_case set curr_lvl = v_next where case_no = v_case;
    update "informix".acct set dunn_lvl = v_next where acct_id = v_acct;
    if v_bar = 'Y' then
      update "informix".subs set stat_cd = 'SD', stat_rsn = 'DUNN'
       where acct_id = v_acct and stat_cd = 'AC';
    end if;
  end foreach;
end procedure;

create procedure "informix".sp_alloc_pay (p_pay_id int8, p_acct_id integer, p_amt money(16,2))
  define v_left, v_open, v_part money(16,2);
  define v_inv integer;

  let v_left = p_amt;
  foreach
    select inv_no, open_amt into v_inv, v_open from "informix".invoice
     where acct_id = p_acct_id and open_amt > 0 order by due_dt, inv_no
    if v_left <= 0 then
      exit foreach;
    end if;
    if v_open < v_left then let v_part = v_open; else let v_part = v_left; end if;
    insert into "informix".pay_alloc (pay_id, inv_no, alloc_amt) values (p_pay_id, v_inv, v_part);
    update "informix".invoice set open_amt = open_amt - v_part where inv_no = v_inv;
    let v_left = v_left - v_part;
  end foreach;
  update "informix".payment set unalloc_amt = v_left where pay_id = p_pay_id;
end procedure;

CREATE PROCEDURE sp_port_chk (p_msisdn VARCHAR(15), p_old VARCHAR(12), p_new VARCHAR(12), p_recipient CHAR(6))
    DEFINE v_cnt INTEGER;
    DEFINE v_stat CHAR(1);

    IF p_old IN ('DONE', 'REJECTED', 'CANCELLED') THEN
        RAISE EXCEPTION -746, 0, 'A finished port request must not change';
    END IF;
    SELECT num_stat INTO v_stat FROM msisdn_pool WHERE msisdn = p_msisdn;
    IF p_new = 'ACCEPTED' THEN
        SELECT COUNT(*) INTO v_cnt
          FROM invoice i, subs s
         WHERE s.msisdn = p_msisdn AND i.acct_id = s.acct_id AND i.inv_stat = 'D';
        IF v_cnt > 0 THEN
            RAISE EXCEPTION -746, 0, 'Number has disputed or dunned invoices';
        END IF;
    END IF;
    IF p_new = 'DONE' THEN
        IF v_stat = 'Q' THEN RAISE EXCEPTION -746, 0, 'Number is in quarantine'; END IF;
        UPDATE msisdn_pool SET num_stat = 'P', curr_oper = p_recipient WHERE msisdn = p_msisdn;
        UPDATE subs SET stat_cd = 'PO', stat_rsn = 'PORT' WHERE msisdn = p_msisdn AND stat_cd = 'AC';
    END IF;
END PROCEDURE;

-- the tree below an account, itself first; calls itself
create function "informix".acct_tree (p_acct_id integer, p_depth smallint)
  returning integer, smallint;
  define v_child, v_id integer;
  define v_dep smallint;

  if p_depth > 20 then
    raise exception -746, 0, 'Account hierarchy is too deep or has a loop';
  end if;
  return p_acct_id, p_depth with resume;
  foreach select acct_id into v_child from "informix".acct where parent_acct_id = p_acct_id
    foreach execute function acct_tree(v_child, p_depth + 1) into v_id, v_dep
      return v_id, v_dep with resume;
    end foreach;
  end foreach;
end function;

create dba procedure "informix".sp_cdr_dedup (p_prd char(6))
  define v_part smallint;
  define v_id int8;
  define i integer;

  create temp table tt_dup (cdr_part smallint, cdr_id int8) with no log;
  for i = 0 to 11 step 1
    insert into tt_dup
      select b.cdr_part, max(b.cdr_id) from "informix".cdr_rated b
       where b.cdr_part = i and b.bill_prd = p_prd
       group by b.cdr_part, b.subs_id, b.dest_num, b.start_ts having count(*) > 1;
  end for;
  foreach select cdr_part, cdr_id into v_part, v_id from tt_dup
    delete from "informix".cdr_rated where cdr_part = v_part and cdr_id = v_id and inv_no is null;
  end foreach;
  drop table tt_dup;
  system 'echo "dedup done; ' || p_prd || '" >> /var/log/telbill.log';
end procedure;

create function "informix".msisdn_norm (lvarchar)
  returning lvarchar
  with (not variant, parallelizable)
  external name "$INFORMIXDIR/extend/telbill/msisdn.bld(msisdn_norm)"
  language c;

create function "informix".fmt_dur (p_sec integer) returning char(9);
  return lpad(trunc(p_sec / 3600), 3, '0') || ':' || lpad(trunc(mod(p_sec, 3600) / 60), 2, '0')
         || ':' || lpad(mod(p_sec, 60), 2, '0');
end function;
create function "informix".fmt_dur (p_int interval hour(5) to second) returning char(9);
  return p_int::char(9);
end function;

-- ------------------------------------------------------------------------------- triggers

create trigger "informix".ti_subs insert on "informix".subs
  referencing new as n
  for each row
    when (n.prepaid_flg = 'N')
      (execute procedure "informix".sp_chk_credit (n.acct_id, 0)),
    when (n.msisdn is not null)
      (update "informix".msisdn_pool set num_stat = 'A' where msisdn = n.msisdn);

create trigger "informix".tu_subs_stat update of stat_cd on "informix".subs
  referencing old as o new as n
  for each row
    when (o.stat_cd != n.stat_cd)
      (execute procedure "informix".sp_subs_stat_chg (n.subs_id, o.stat_cd, n.stat_cd, n.stat_rsn),
       insert into "informix".audit_log (table_nm, row_key, op_cd, col_nm, old_val, new_val)
            values ('subs', n.subs_id, 'U', 'stat_cd', o.stat_cd, n.stat_cd));

create trigger "informix".td_cust delete on "informix".cust_mstr
  referencing old as o
  for each row
    (insert into "informix".cust_mstr_bak (cust_id, cust_no, cust_type, cust_stat, last_nm, upd_ts)
          values (o.cust_id, o.cust_no, o.cust_type, o.cust_stat, o.last_nm, current));

create trigger "informix".tu_acct_limit update of cr_limit, cr_limit_ovr on "informix".acct
  referencing old as pre new as post
  for each row
    when (post.cr_limit_ovr > 2 * pre.cr_limit)
      (execute procedure "informix".sp_audit ('acct', post.acct_id, 'U', 'cr_limit_ovr; over double',
                                              pre.cr_limit_ovr, post.cr_limit_ovr));

create trigger "informix".ti_payment insert on "informix".payment
  referencing new as n
  for each row
    (execute procedure "informix".sp_alloc_pay (n.pay_id, n.acct_id, n.pay_amt),
     update "informix".acct set balance = balance - n.pay_amt where acct_id = n.acct_id);

create trigger "informix".tu_inv_paid update of open_amt on "informix".invoice
  referencing old as o new as n
  for each row
    when (n.open_amt = 0 and o.open_amt <> 0)
      (update "informix".invoice set inv_stat = 'P', dunn_lvl = 0 where inv_no = n.inv_no,
       delete from "informix".dunn_act where inv_no = n.inv_no and act_dt >= today);

CREATE TRIGGER tu_port_state UPDATE OF request_state ON port_request
    REFERENCING OLD AS o NEW AS n
    FOR EACH ROW (EXECUTE PROCEDURE sp_port_chk (n.msisdn::varchar(15), o.request_state, n.request_state, n.recipient_oper));

create trigger "tbown".ti_comm insert on "tbown".comm_txn
  referencing new as n
  before (execute procedure "informix".sp_audit ('comm_txn', '*', 'I', null, null, 'before'))
  for each row when (n.comm_type = 'CB' and n.claw_of is null)
    (execute procedure "informix".sp_audit ('comm_txn', n.comm_id, 'I', 'claw_of', null, 'missing'))
  after (execute procedure "informix".sp_audit ('comm_txn', '*', 'I', null, null, 'after'));

create trigger tio_port_open instead of update on v_port_open
  referencing old as o new as n
  for each row
    (update port_request set request_state = n.request_state where port_id = o.port_id);

-- ------------------------------------------------------------------- grants and statistics

grant select on "informix".cust_mstr to "billing_ro" as "informix";
grant select, insert, update (stat_cd, stat_rsn) on "informix".subs to "care_agent" as "informix";
grant all on "informix".invoice to "billing_rw" as "informix";
revoke delete on "informix".invoice from "care_agent" as "informix";
grant execute on procedure "informix".sp_close_cycle (char, char, char) to "billing_rw" as "informix";
grant execute on function "informix".acct_open_bal (integer) to "public" as "informix";
grant select on 'informix'.v_aged_debt to 'billing_ro';
grant usage on language spl to "public";

update statistics high for table "informix".cust_mstr (cust_id, cust_no);
update statistics medium for table "informix".cdr_rated distributions only;
update statistics for procedure;
{ end of export; what is below was typed at the console
  create index "informix".ix_tmp on "informix".tmp_cdr_load (line_no);
}
