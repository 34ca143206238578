/* slack_names.h: what our own buttons, fields and forms are called at Slack, so that a click says by itself what it means. */
#ifndef MENTORD_SLACK_NAMES_H
#define MENTORD_SLACK_NAMES_H

/* action_id: the first word says what happens; a number behind a dot keeps it unique within its message. */
#define SLACK_NAME_PRESS "press"     /* a button or a select whose value is a token */
#define SLACK_NAME_SEND "send"       /* sends in what is chosen on its message; its value is the card's input_token */
#define SLACK_NAME_OPEN "open"       /* opens a form; its value is struct slack_ask as JSON */
#define SLACK_NAME_PICK "pick"       /* a list of people, or a calendar: "pick.<input_token>" */
#define SLACK_NAME_NEXT "next"       /* on a person's own page: what bare /mentor does */
/* block_id and action_id of fields */
#define SLACK_NAME_CHOSEN "chosen"
#define SLACK_NAME_TEXT "text"
#define SLACK_NAME_PERSON "person"
#define SLACK_NAME_SAID "said"       /* block_id: the message's own words, "said.0" */

#define SLACK_COMMAND "/mentor"
#define SLACK_COMMAND_BARE "next"    /* what "/mentor" without a word means */
#define SLACK_METADATA "mentord"     /* metadata.event_type of what we post */

/* The few words of the adapter's own; all others come from the bot. */
#define SLACK_WORD_FORM "Your answer"
#define SLACK_WORD_SEND "Send"
#define SLACK_WORD_CLOSE "Cancel"
#define SLACK_WORD_CHOOSE "Choose"
#define SLACK_WORD_PERSON "Choose a person"
#define SLACK_WORD_DAY "Choose a day"
#define SLACK_WORD_TYPED "Or type a name"
#define SLACK_WORD_EDITED "I go by what you wrote at first: a message that is changed later does not reach me. Say back, or write it once more."
#define SLACK_WORD_ELSEWHERE "I have answered you in our own direct messages: look for Mentor under Apps."
#define SLACK_WORD_HOME "Everything happens in our direct messages: open the tab Messages above and write to me."
#define SLACK_WORD_NEXT "Where am I?"

#endif
