import type { Route, WebSocketApi } from '../topology.ts';

const EXPRESSION = /^\$request\.body\.([\w-]+(?:\.[\w-]+)*)$/;
const LIFECYCLE_ROUTES = new Set(['$connect', '$disconnect']);

/** Chooses routes as API Gateway does. */
export class RouteTable {
  readonly #routes = new Map<string, Route>();
  readonly #path: string[];

  /** Throws where the API's route selection expression is not of the form `$request.body.<field>`. */
  constructor(api: WebSocketApi) {
    const match = EXPRESSION.exec(api.routeSelectionExpression);
    if (!match) {
      throw new Error(
        `The route selection expression "${api.routeSelectionExpression}" of WebSocket API "${api.apiId}" is not understood. ` +
          'Use $request.body.<field>, such as $request.body.action.',
      );
    }
    this.#path = (match[1] as string).split('.');
    for (const route of api.routes) this.#routes.set(route.routeKey, route);
  }

  get connect(): Route | undefined {
    return this.#routes.get('$connect');
  }

  get disconnect(): Route | undefined {
    return this.#routes.get('$disconnect');
  }

  /**
   * The route of a message: the one named by the selection expression, else `$default`, else none.
   * A message cannot choose `$connect` or `$disconnect`.
   */
  ofMessage(body: string): Route | undefined {
    const key = this.#select(body);
    const route = key === undefined || LIFECYCLE_ROUTES.has(key) ? undefined : this.#routes.get(key);
    return route ?? this.#routes.get('$default');
  }

  #select(body: string): string | undefined {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      // A message that is not JSON goes to $default.
      return undefined;
    }
    for (const field of this.#path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined;
      value = (value as Record<string, unknown>)[field];
    }
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
  }
}
