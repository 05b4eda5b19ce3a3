/** Every option, with what it means. Each can also be set as BERTH_<NAME>. */
export const help = `Usage: npm start -- [options]

  --port N             port to listen on; 0 picks a free one (8774)
  --host ADDRESS       address to listen on (127.0.0.1)
  --placement-port N   serve Placement also at the root of a port of its own
  --data-dir PATH      where everything is kept (.berth)
  --database URL       postgres://… instead of the embedded database
  --hosts N            how many simulated hosts there are (3)
  --auth KIND          password, or noauth for conformance runs on the loopback
  --faults FILE        a fault plan to start with (JSON)
  --failure-policy P   leave or rollback: what becomes of a failed resize (leave)
  --audit-every S      seconds between two audits of itself; 0 is never (300)
  --heal WHAT          report: only say what is wrong; safe: heal what can be (report)
  --heal-grace S       seconds in which a heal that destroys can be called off (3600)
  --rate-limit N       requests per second that a project may make; 0 is no limit (0)
  --log-level L        debug, info, warn, error or silent (warn)
  --tls-key FILE, --tls-cert FILE
                       serve HTTPS
  --public-url URL     how clients reach this cloud, for links
  --policy-file FILE   rules of Placement that differ from the usual ones (YAML)
  --candidate-work-max N
                       steps that a query for candidates may take (4000000)
  --candidates-max N   candidates in one answer at most; 0 for as many as asked (0)
  --candidate-order O  known or random: in which order hosts are looked at (known)
  --cors-origins LIST  web origins that may call Placement, with commas
  --cors-headers LIST  request headers that they may send
  --lease-ms N         silence after which another process takes over (5000)

Each can be set in the environment instead: BERTH_PORT, BERTH_DATA_DIR,
BERTH_DATABASE_URL, … With OTEL_EXPORTER_OTLP_ENDPOINT traces are sent there.
`
