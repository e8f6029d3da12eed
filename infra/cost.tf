# The most that any load can cost the counter in one hour. docs/cost.md explains the model.
locals {
  price_list = jsondecode(file("${path.module}/../contract/prices.json")).items
  prices     = { for item, entry in local.price_list : item => entry.price / entry.per }

  # ---------------------------------------------------------------------------
  # What the throttles admit in one hour
  # ---------------------------------------------------------------------------

  # Connections last at most two hours, so this many can be open.
  open_connections = var.connects_per_second * 7200 + var.throttle_burst
  hourly = {
    connects = var.connects_per_second * 3600 + var.throttle_burst
    # All open connections may end within the hour, in addition to the new ones.
    disconnects = var.connects_per_second * 3600 + var.throttle_burst + local.open_connections
    hellos      = var.messages_per_second * 3600 + var.throttle_burst
    pings       = var.messages_per_second * 3600 + var.throttle_burst
    posts       = var.posts_per_second * 3600
    # The schedule keeps the updater warm.
    warmings = 60
  }
  # Each connect can trigger a broadcast. A disconnect triggers one only while there are two to five viewers. The schedule adds 60.
  hourly_broadcasts = min(2 * local.hourly.connects, local.hourly.posts) + 60

  # ---------------------------------------------------------------------------
  # What each request consumes at most (functions/, measured by bench/)
  # ---------------------------------------------------------------------------

  # A known visit with a new link costs two transactions of four items, two units per item, and one unit for the address.
  connect_write_units = 17
  # The link.
  connect_read_units = 1
  # The row, and the departure for a small audience.
  disconnect_write_units = 2
  disconnect_read_units  = 1
  # The last broadcast, consistently, and every shard.
  hello_read_units = 1 + 0.5 * var.counter_shards
  ping_write_units = 1
  # All items, consistently, and the start of a scan; publishing and settling.
  broadcast_read_units  = 2 + var.counter_shards
  broadcast_write_units = 3
  # A day's item of up to 2 KB: once a minute, and with each broadcast of a day's last minute.
  hourly_day_write_units = 2 * (60 + min(local.hourly_broadcasts, 60 * var.posts_per_second))
  # Each file at most every five seconds: read, then written.
  hourly_count_files = (!var.instant_number ? 0 : var.count_badge ? 2 : 1) * 720
  # Scanning the audience: about 200 bytes per row, for the broadcaster and four that wait.
  post_read_units = 0.2

  # GB-seconds of a request. 0.1 s is several times the measured average at 256 MB.
  updater_gb_seconds = 0.1 * var.updater_memory / 1024
  # One broadcaster per stream shard of a table with four partitions, one for the schedule and one worker, all hour long.
  broadcaster_gb_seconds = 6 * 3600 * var.broadcaster_memory / 1024
  # Two log events of Lambda and one or two of the function, in bytes.
  log_bytes = 2000

  # ---------------------------------------------------------------------------
  # US dollars in one hour
  # ---------------------------------------------------------------------------

  hourly_invocations = local.hourly.connects + local.hourly.disconnects + local.hourly.hellos + local.hourly.pings + local.hourly.warmings + local.hourly_broadcasts
  updater_usd        = local.prices.lambdaRequest + local.updater_gb_seconds * local.prices.gbSecond

  worst_case = {
    connects = (
      (local.hourly.connects + local.hourly.disconnects) * local.updater_usd
      + (local.hourly.connects * local.connect_write_units + local.hourly.disconnects * local.disconnect_write_units) * local.prices.writeUnit
      + (local.hourly.connects * local.connect_read_units + local.hourly.disconnects * local.disconnect_read_units) * local.prices.readUnit
    )
    connection_minutes = local.open_connections * 60 * local.prices.connectionMinute
    # API Gateway accepts 128 KB, which it charges as four messages. The answer is one.
    messages = (local.hourly.hellos + local.hourly.pings) * 5 * local.prices.message
    posts    = local.hourly.posts * local.prices.message
    invocations = (
      (local.hourly.hellos + local.hourly.pings + local.hourly.warmings) * local.updater_usd
      + local.hourly_broadcasts * local.prices.lambdaRequest
      + local.broadcaster_gb_seconds * local.prices.gbSecond
    )
    reads = (
      local.hourly.hellos * local.hello_read_units
      + local.hourly_broadcasts * local.broadcast_read_units
      + local.hourly.posts * local.post_read_units
    ) * local.prices.readUnit
    writes = (
      local.hourly.pings * local.ping_write_units
      + local.hourly_broadcasts * local.broadcast_write_units
      + local.hourly_day_write_units
    ) * local.prices.writeUnit
    number = local.hourly_count_files * (local.prices.s3Put + local.prices.s3Get)
    logs   = local.hourly_invocations * (local.log_bytes + (var.gateway_access_logs ? 500 : 0)) / 1e9 * local.prices.logGb
  }
  worst_case_usd = ceil(sum(values(local.worst_case)) * 100) / 100
}

output "worst_case_usd_per_hour" {
  description = "The most that any load can cost the counter in one hour, in US dollars, in total and by what is paid for. CloudFront's requests and bytes are not included."
  value = merge(
    { for part, usd in local.worst_case : part => ceil(usd * 1000 - 0.001) / 1000 },
    { total = local.worst_case_usd },
  )
}
