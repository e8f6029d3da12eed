/** The counter's tables, reached with the SDK: it finds the owner's profiles and single sign-on, which the functions' client does not need. */
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Database, DynamoDB } from './dynamodb.ts';

export interface SdkDatabase extends Database {
  client: DynamoDBClient;
}

const COMMANDS = {
  BatchGetItem: BatchGetItemCommand,
  DeleteItem: DeleteItemCommand,
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  Scan: ScanCommand,
  TransactWriteItems: TransactWriteItemsCommand,
  UpdateItem: UpdateItemCommand,
};

export function sdkDatabase(client: DynamoDBClient, tables: Omit<Database, 'dynamodb'>): SdkDatabase {
  // The commands have the names, inputs and outputs of the operations.
  const send = (operation: keyof typeof COMMANDS, input: never) => {
    const Command = COMMANDS[operation] as new (input: never) => GetItemCommand;
    return client.send(new Command(input));
  };
  return { ...tables, client, dynamodb: { send: send as unknown as DynamoDB['send'] } };
}
