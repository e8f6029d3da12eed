import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { tool } from '../support/tools.ts';
import { converse, startChat } from './chat.ts';

const SEND = `
const AWS = require('aws-sdk');
const table = new AWS.DynamoDB.DocumentClient();
exports.handler = (event, context, callback) => {
  const { domainName, stage } = event.requestContext;
  const api = new AWS.ApiGatewayManagementApi({ endpoint: domainName + '/' + stage });
  table.scan({ TableName: process.env.TABLE_NAME }, (error, { Items } = {}) => {
    if (error) return callback(error);
    const Data = JSON.parse(event.body).data;
    Promise.all(Items.map((item) => api.postToConnection({ ConnectionId: item.connectionId, Data }).promise()))
      .then(() => callback(null, { statusCode: 200, body: 'sent to ' + Items.length }), callback);
  });
};`;

test(
  'functions in the style of nodejs16.x: aws-sdk 2, a callback, an endpoint from domainName and stage',
  { timeout: 60_000 },
  async () => {
    const sdk = dirname(await tool('aws-sdk', '2.1693.0'));
    const chat = await startChat(async (folder) => {
      await mkdir(join(folder, 'old'));
      await symlink(sdk, join(folder, 'old', 'node_modules'));
      await writeFile(join(folder, 'old', 'app.js'), SEND);
      const topology = join(folder, 'chat.yaml');
      const text = await readFile(topology, 'utf8');
      await writeFile(
        topology,
        text.replace('codeDirectory: send', 'codeDirectory: old, runtime: nodejs16.x'),
      );
    });
    try {
      await converse(chat);
    } finally {
      await chat.stop();
    }
  },
);
