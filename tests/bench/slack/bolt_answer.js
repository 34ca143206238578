// bolt_answer.js: a Bolt app that answers each message of a person with one post of LETTERS letters, and does nothing else.
const { App, LogLevel } = require("@slack/bolt");

const answer = "mentor ".repeat(1000).slice(0, Number(process.env.LETTERS));
const app = new App({
  token: process.env.SIM_BOT_TOKEN, appToken: process.env.SIM_APP_TOKEN, socketMode: true, logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SIM_API },
});
app.message(async ({ message, client }) => {
  if (!message.bot_id) await client.chat.postMessage({ channel: message.channel, text: answer });
});
app.error(async (error) => process.stderr.write(`${error}\n`));
app.start().then(() => process.stdout.write("ready\n"));
