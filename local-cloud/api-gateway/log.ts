/** One thing that the gateway tells its operator. `fields` are for machines: ids, routes, status codes. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Record<string, unknown>,
) => void;
