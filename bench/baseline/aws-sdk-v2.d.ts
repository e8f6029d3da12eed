/** The part of `aws-sdk` v2 that the first design used. The benchmark fetches the package; it is not a dependency. */
declare module 'aws-sdk' {
  interface Request<T> {
    promise(): Promise<T>;
  }
  class DocumentClient {
    constructor(options: { endpoint: string | undefined });
    put(input: object): Request<unknown>;
    update(input: object): Request<unknown>;
    delete(input: object): Request<unknown>;
    scan(input: object): Request<{ Items?: { connectionId: string }[] }>;
  }
  class ApiGatewayManagementApi {
    constructor(options: { endpoint: string });
    postToConnection(input: object): Request<unknown>;
  }
  const AWS: {
    DynamoDB: { DocumentClient: typeof DocumentClient };
    ApiGatewayManagementApi: typeof ApiGatewayManagementApi;
  };
  export default AWS;
}
