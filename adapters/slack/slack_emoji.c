/* slack_emoji.c: the names that people really use, in one sorted table; a skin tone goes behind the first character, flags are computed. */
#include "adapters/slack/slack_emoji.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bot/base/text.h"

enum { NAME_BYTES_MAX = 64, GROWS = 3, TONE_FIRST = '2', TONE_LAST = '6' }; /* ":a:" is three bytes, its character seven */

#define TONE ":skin-tone-"
#define FLAG "flag-"
#define COLOURED "\xef\xb8\x8f" /* shown in colour: gives way to a skin tone */

/* With `tone`: a skin tone may follow. */
static const struct emoji {
  const char *name, *shown;
  bool tone;
} table[] = {
    {"+1", "👍", true}, {"-1", "👎", true}, {"100", "💯", false}, {"1234", "🔢", false}, {"a", "🅰️", false}, {"abacus", "🧮", false},
    {"abc", "🔤", false}, {"admission_tickets", "🎟️", false}, {"adult", "🧑", true}, {"airplane", "✈️", false}, {"alarm_clock", "⏰", false},
    {"alien", "👽", false}, {"ambulance", "🚑", false}, {"anchor", "⚓", false}, {"angel", "👼", true}, {"anger", "💢", false},
    {"angry", "😠", false}, {"anguished", "😧", false}, {"apple", "🍎", false}, {"arrow_down", "⬇️", false}, {"arrow_forward", "▶️", false},
    {"arrow_left", "⬅️", false}, {"arrow_lower_right", "↘️", false}, {"arrow_right", "➡️", false}, {"arrow_up", "⬆️", false},
    {"arrow_upper_right", "↗️", false}, {"arrows_counterclockwise", "🔄", false}, {"art", "🎨", false}, {"astonished", "😲", false},
    {"athletic_shoe", "👟", false}, {"avocado", "🥑", false}, {"b", "🅱️", false}, {"baby", "👶", true}, {"back", "🔙", false},
    {"bacon", "🥓", false}, {"badminton_racquet_and_shuttlecock", "🏸", false}, {"balloon", "🎈", false},
    {"ballot_box_with_check", "☑️", false}, {"banana", "🍌", false}, {"bangbang", "‼️", false}, {"bar_chart", "📊", false},
    {"baseball", "⚾", false}, {"basket", "🧺", false}, {"basketball", "🏀", false}, {"bath", "🛀", true}, {"battery", "🔋", false},
    {"beach_with_umbrella", "🏖️", false}, {"beaming_face_with_smiling_eyes", "😁", false}, {"bear", "🐻", false}, {"bed", "🛏️", false},
    {"bee", "🐝", false}, {"beer", "🍺", false}, {"beers", "🍻", false}, {"bell", "🔔", false}, {"bell_pepper", "🫑", false},
    {"bicyclist", "🚴", true}, {"bike", "🚲", false}, {"bird", "🐦", false}, {"birthday", "🎂", false}, {"black_circle", "⚫", false},
    {"black_heart", "🖤", false}, {"black_nib", "✒️", false}, {"black_square_button", "🔲", false}, {"blossom", "🌼", false},
    {"blue_book", "📘", false}, {"blue_heart", "💙", false}, {"blush", "😊", false}, {"boat", "⛵", false}, {"bomb", "💣", false},
    {"book", "📖", false}, {"bookmark", "🔖", false}, {"bookmark_tabs", "📑", false}, {"books", "📚", false}, {"boom", "💥", false},
    {"bouquet", "💐", false}, {"bow", "🙇", true}, {"bowling", "🎳", false}, {"boxing_glove", "🥊", false}, {"boy", "👦", true},
    {"brain", "🧠", false}, {"bread", "🍞", false}, {"brick", "🧱", false}, {"briefcase", "💼", false}, {"broken_heart", "💔", false},
    {"broom", "🧹", false}, {"brown_heart", "🤎", false}, {"bug", "🐛", false}, {"bulb", "💡", false}, {"bullettrain_side", "🚄", false},
    {"burrito", "🌯", false}, {"bus", "🚌", false}, {"bust_in_silhouette", "👤", false}, {"busts_in_silhouette", "👥", false},
    {"butterfly", "🦋", false}, {"cactus", "🌵", false}, {"cake", "🍰", false}, {"calendar", "📆", false}, {"call_me_hand", "🤙", true},
    {"camera", "📷", false}, {"camera_with_flash", "📸", false}, {"camping", "🏕️", false}, {"candle", "🕯️", false}, {"candy", "🍬", false},
    {"car", "🚗", false}, {"card_file_box", "🗃️", false}, {"card_index", "📇", false}, {"carrot", "🥕", false}, {"cat", "🐱", false},
    {"cd", "💿", false}, {"chains", "⛓️", false}, {"champagne", "🍾", false}, {"chart_with_downwards_trend", "📉", false},
    {"chart_with_upwards_trend", "📈", false}, {"checkered_flag", "🏁", false}, {"cheese_wedge", "🧀", false}, {"cherries", "🍒", false},
    {"cherry_blossom", "🌸", false}, {"chess_pawn", "♟️", false}, {"chicken", "🐔", false}, {"child", "🧒", true},
    {"chocolate_bar", "🍫", false}, {"christmas_tree", "🎄", false}, {"city_sunset", "🌆", false}, {"clap", "👏", true}, {"clapper", "🎬", false},
    {"classical_building", "🏛️", false}, {"clinking_glasses", "🥂", false}, {"clipboard", "📋", false}, {"clock1", "🕐", false},
    {"clock10", "🕙", false}, {"clock11", "🕚", false}, {"clock12", "🕛", false}, {"clock2", "🕑", false}, {"clock3", "🕒", false},
    {"clock4", "🕓", false}, {"clock5", "🕔", false}, {"clock6", "🕕", false}, {"clock7", "🕖", false}, {"clock8", "🕗", false},
    {"clock9", "🕘", false}, {"closed_lock_with_key", "🔐", false}, {"cloud", "☁️", false}, {"clown_face", "🤡", false}, {"cn", "🇨🇳", false},
    {"cocktail", "🍸", false}, {"coffee", "☕", false}, {"cold_face", "🥶", false}, {"cold_sweat", "😰", false}, {"collision", "💥", false},
    {"compass", "🧭", false}, {"computer", "💻", false}, {"confetti_ball", "🎊", false}, {"confounded", "😖", false}, {"confused", "😕", false},
    {"construction", "🚧", false}, {"construction_worker", "👷", true}, {"control_knobs", "🎛️", false}, {"cookie", "🍪", false},
    {"cooking", "🍳", false}, {"cool", "🆒", false}, {"cop", "👮", true}, {"copyright", "©️", false}, {"corn", "🌽", false},
    {"couch_and_lamp", "🛋️", false}, {"couple", "👫", false}, {"cow", "🐮", false}, {"credit_card", "💳", false}, {"crescent_moon", "🌙", false},
    {"cricket_bat_and_ball", "🏏", false}, {"croissant", "🥐", false}, {"crossed_fingers", "🤞", true}, {"crossed_flags", "🎌", false},
    {"crown", "👑", false}, {"cry", "😢", false}, {"crystal_ball", "🔮", false}, {"cupcake", "🧁", false}, {"cupid", "💘", false},
    {"curry", "🍛", false}, {"dancer", "💃", true}, {"dancers", "👯", false}, {"dart", "🎯", false}, {"dash", "💨", false}, {"date", "📅", false},
    {"de", "🇩🇪", false}, {"deciduous_tree", "🌳", false}, {"desktop_computer", "🖥️", false}, {"detective", "🕵️", true},
    {"disappointed", "😞", false}, {"disappointed_relieved", "😥", false}, {"disguised_face", "🥸", false}, {"dizzy", "💫", false},
    {"dizzy_face", "😵", false}, {"dog", "🐶", false}, {"dollar", "💵", false}, {"dolphin", "🐬", false}, {"donut", "🍩", false},
    {"door", "🚪", false}, {"double_vertical_bar", "⏸️", false}, {"doughnut", "🍩", false}, {"dove_of_peace", "🕊️", false},
    {"drooling_face", "🤤", false}, {"droplet", "💧", false}, {"drum_with_drumsticks", "🥁", false}, {"duck", "🦆", false},
    {"e-mail", "📧", false}, {"eagle", "🦅", false}, {"ear", "👂", true}, {"earth_africa", "🌍", false}, {"earth_americas", "🌎", false},
    {"earth_asia", "🌏", false}, {"egg", "🥚", false}, {"eight", "8️⃣", false}, {"electric_plug", "🔌", false}, {"elephant", "🐘", false},
    {"email", "✉️", false}, {"end", "🔚", false}, {"envelope", "✉️", false}, {"es", "🇪🇸", false}, {"euro", "💶", false},
    {"evergreen_tree", "🌲", false}, {"exclamation", "❗", false}, {"exploding_head", "🤯", false}, {"expressionless", "😑", false},
    {"eye", "👁️", false}, {"eyeglasses", "👓", false}, {"eyes", "👀", false}, {"face_holding_back_tears", "🥹", false},
    {"face_in_clouds", "😶‍🌫️", false}, {"face_palm", "🤦", true}, {"face_vomiting", "🤮", false}, {"face_with_cowboy_hat", "🤠", false},
    {"face_with_hand_over_mouth", "🤭", false}, {"face_with_head_bandage", "🤕", false}, {"face_with_monocle", "🧐", false},
    {"face_with_peeking_eye", "🫣", false}, {"face_with_raised_eyebrow", "🤨", false}, {"face_with_rolling_eyes", "🙄", false},
    {"face_with_symbols_on_mouth", "🤬", false}, {"face_with_thermometer", "🤒", false}, {"facepalm", "🤦", true}, {"facepunch", "👊", true},
    {"fallen_leaf", "🍂", false}, {"family", "👪", false}, {"fast_forward", "⏩", false}, {"fearful", "😨", false}, {"feet", "🐾", false},
    {"female-police-officer", "👮‍♀️", true}, {"female-student", "👩‍🎓", true}, {"female-teacher", "👩‍🏫", true},
    {"female-technologist", "👩‍💻", true}, {"file_cabinet", "🗄️", false}, {"file_folder", "📁", false}, {"film_frames", "🎞️", false},
    {"film_projector", "📽️", false}, {"fire", "🔥", false}, {"fire_engine", "🚒", false}, {"firefighter", "🧑‍🚒", true},
    {"fireworks", "🎆", false}, {"first_place_medal", "🥇", false}, {"fish", "🐟", false}, {"fishing_pole_and_fish", "🎣", false},
    {"fist", "✊", true}, {"fist_oncoming", "👊", true}, {"fist_raised", "✊", true}, {"five", "5️⃣", false}, {"flashlight", "🔦", false},
    {"floppy_disk", "💾", false}, {"flushed", "😳", false}, {"football", "🏈", false}, {"footprints", "👣", false},
    {"fork_and_knife", "🍴", false}, {"four", "4️⃣", false}, {"four_leaf_clover", "🍀", false}, {"fox_face", "🦊", false}, {"fr", "🇫🇷", false},
    {"free", "🆓", false}, {"fried_egg", "🍳", false}, {"fries", "🍟", false}, {"frog", "🐸", false}, {"frowning", "😦", false},
    {"fuelpump", "⛽", false}, {"full_moon", "🌕", false}, {"game_die", "🎲", false}, {"gb", "🇬🇧", false}, {"gear", "⚙️", false},
    {"gem", "💎", false}, {"ghost", "👻", false}, {"gift", "🎁", false}, {"girl", "👧", true}, {"globe_with_meridians", "🌐", false},
    {"goal_net", "🥅", false}, {"goat", "🐐", false}, {"golf", "⛳", false}, {"grapes", "🍇", false}, {"green_apple", "🍏", false},
    {"green_book", "📗", false}, {"green_heart", "💚", false}, {"green_salad", "🥗", false}, {"grey_exclamation", "❕", false},
    {"grey_heart", "🩶", false}, {"grey_question", "❔", false}, {"grimacing", "😬", false}, {"grin", "😁", false}, {"grinning", "😀", false},
    {"grinning_face_with_star_eyes", "🤩", false}, {"guardsman", "💂", true}, {"guitar", "🎸", false}, {"hamburger", "🍔", false},
    {"hammer", "🔨", false}, {"hammer_and_pick", "⚒️", false}, {"hammer_and_wrench", "🛠️", false}, {"hand", "✋", true},
    {"hand_with_index_and_middle_fingers_crossed", "🤞", true}, {"handshake", "🤝", true}, {"hankey", "💩", false}, {"hash", "#️⃣", false},
    {"headphones", "🎧", false}, {"health_worker", "🧑‍⚕️", true}, {"hear_no_evil", "🙉", false}, {"heart", "❤️", false},
    {"heart_eyes", "😍", false}, {"heart_eyes_cat", "😻", false}, {"heart_hands", "🫶", true}, {"heart_on_fire", "❤️‍🔥", false},
    {"heartbeat", "💓", false}, {"heartpulse", "💗", false}, {"heavy_check_mark", "✔️", false}, {"heavy_exclamation_mark", "❗", false},
    {"heavy_minus_sign", "➖", false}, {"heavy_multiplication_x", "✖️", false}, {"heavy_plus_sign", "➕", false}, {"hedgehog", "🦔", false},
    {"helicopter", "🚁", false}, {"helmet_with_white_cross", "⛑️", false}, {"herb", "🌿", false}, {"hibiscus", "🌺", false},
    {"hole", "🕳️", false}, {"honey_pot", "🍯", false}, {"honeybee", "🐝", false}, {"horse", "🐴", false}, {"hospital", "🏥", false},
    {"hot_face", "🥵", false}, {"hotdog", "🌭", false}, {"hourglass", "⌛", false}, {"hourglass_flowing_sand", "⏳", false},
    {"house", "🏠", false}, {"house_with_garden", "🏡", false}, {"hugging_face", "🤗", false}, {"hugs", "🤗", false}, {"hushed", "😯", false},
    {"i_love_you_hand_sign", "🤟", true}, {"ice_cream", "🍨", false}, {"ice_hockey_stick_and_puck", "🏒", false}, {"ice_skate", "⛸️", false},
    {"icecream", "🍦", false}, {"id", "🆔", false}, {"imp", "👿", false}, {"inbox_tray", "📥", false}, {"incoming_envelope", "📨", false},
    {"infinity", "♾️", false}, {"information_desk_person", "💁", true}, {"information_source", "ℹ️", false}, {"innocent", "😇", false},
    {"interrobang", "⁉️", false}, {"iphone", "📱", false}, {"it", "🇮🇹", false}, {"jack_o_lantern", "🎃", false}, {"jeans", "👖", false},
    {"jigsaw", "🧩", false}, {"joy", "😂", false}, {"joy_cat", "😹", false}, {"jp", "🇯🇵", false}, {"juggling", "🤹", true}, {"key", "🔑", false},
    {"keyboard", "⌨️", false}, {"keycap_ten", "🔟", false}, {"kiss", "💋", false}, {"kissing", "😗", false}, {"kissing_heart", "😘", false},
    {"kite", "🪁", false}, {"knife_fork_plate", "🍽️", false}, {"koala", "🐨", false}, {"kr", "🇰🇷", false}, {"label", "🏷️", false},
    {"ladder", "🪜", false}, {"large_blue_circle", "🔵", false}, {"large_green_circle", "🟢", false}, {"large_green_square", "🟩", false},
    {"large_orange_circle", "🟠", false}, {"large_purple_circle", "🟣", false}, {"large_red_square", "🟥", false},
    {"large_yellow_circle", "🟡", false}, {"large_yellow_square", "🟨", false}, {"laughing", "😆", false}, {"leaves", "🍃", false},
    {"ledger", "📒", false}, {"left-facing_fist", "🤛", true}, {"leftwards_arrow_with_hook", "↩️", false}, {"lemon", "🍋", false},
    {"level_slider", "🎚️", false}, {"light_blue_heart", "🩵", false}, {"link", "🔗", false}, {"lion_face", "🦁", false}, {"lips", "👄", false},
    {"lock", "🔒", false}, {"loudspeaker", "📢", false}, {"love_letter", "💌", false}, {"lower_left_ballpoint_pen", "🖊️", false},
    {"lower_left_crayon", "🖍️", false}, {"lower_left_fountain_pen", "🖋️", false}, {"lying_face", "🤥", false}, {"mag", "🔍", false},
    {"mag_right", "🔎", false}, {"magnet", "🧲", false}, {"mailbox", "📫", false}, {"male-police-officer", "👮‍♂️", true},
    {"male-student", "👨‍🎓", true}, {"male-teacher", "👨‍🏫", true}, {"male-technologist", "👨‍💻", true}, {"man", "👨", true},
    {"man-facepalming", "🤦‍♂️", true}, {"man-raising-hand", "🙋‍♂️", true}, {"man-running", "🏃‍♂️", true}, {"man-shrugging", "🤷‍♂️", true},
    {"man_dancing", "🕺", true}, {"mango", "🥭", false}, {"mantelpiece_clock", "🕰️", false}, {"maple_leaf", "🍁", false},
    {"martial_arts_uniform", "🥋", false}, {"mask", "😷", false}, {"medal", "🏅", false}, {"mega", "📣", false}, {"melting_face", "🫠", false},
    {"memo", "📝", false}, {"mending_heart", "❤️‍🩹", false}, {"metal", "🤘", true}, {"metro", "🚇", false}, {"microphone", "🎤", false},
    {"microscope", "🔬", false}, {"military_medal", "🎖️", false}, {"money_mouth_face", "🤑", false}, {"moneybag", "💰", false},
    {"monkey", "🐒", false}, {"monkey_face", "🐵", false}, {"mortar_board", "🎓", false}, {"motor_scooter", "🛵", false},
    {"motorway", "🛣️", false}, {"mountain", "⛰️", false}, {"mountain_railway", "🚞", false}, {"mouse", "🐭", false},
    {"movie_camera", "🎥", false}, {"muscle", "💪", true}, {"mushroom", "🍄", false}, {"musical_note", "🎵", false}, {"mute", "🔇", false},
    {"nail_care", "💅", true}, {"nauseated_face", "🤢", false}, {"necktie", "👔", false}, {"negative_squared_cross_mark", "❎", false},
    {"nerd_face", "🤓", false}, {"neutral_face", "😐", false}, {"new", "🆕", false}, {"newspaper", "📰", false}, {"nine", "9️⃣", false},
    {"ninja", "🥷", true}, {"no_bell", "🔕", false}, {"no_entry", "⛔", false}, {"no_entry_sign", "🚫", false}, {"no_good", "🙅", true},
    {"no_mouth", "😶", false}, {"nose", "👃", true}, {"notebook", "📓", false}, {"notes", "🎶", false}, {"o", "⭕", false}, {"ocean", "🌊", false},
    {"octagonal_sign", "🛑", false}, {"octopus", "🐙", false}, {"office", "🏢", false}, {"ok", "🆗", false}, {"ok_hand", "👌", true},
    {"ok_woman", "🙆", true}, {"old_key", "🗝️", false}, {"older_man", "👴", true}, {"older_woman", "👵", true}, {"on", "🔛", false},
    {"one", "1️⃣", false}, {"open_book", "📖", false}, {"open_file_folder", "📂", false}, {"open_hands", "👐", true},
    {"open_mouth", "😮", false}, {"orange_book", "📙", false}, {"orange_heart", "🧡", false}, {"outbox_tray", "📤", false}, {"owl", "🦉", false},
    {"package", "📦", false}, {"palm_tree", "🌴", false}, {"palms_up_together", "🤲", true}, {"pancakes", "🥞", false},
    {"panda_face", "🐼", false}, {"paperclip", "📎", false}, {"parachute", "🪂", false}, {"parking", "🅿️", false}, {"partly_sunny", "⛅", false},
    {"partying_face", "🥳", false}, {"paw_prints", "🐾", false}, {"peace_symbol", "☮️", false}, {"peach", "🍑", false}, {"pear", "🍐", false},
    {"pencil", "📝", false}, {"pencil2", "✏️", false}, {"penguin", "🐧", false}, {"pensive", "😔", false}, {"people_hugging", "🫂", false},
    {"performing_arts", "🎭", false}, {"persevere", "😣", false}, {"person_doing_cartwheel", "🤸", true}, {"person_frowning", "🙍", true},
    {"person_with_pouting_face", "🙎", true}, {"phone", "☎️", false}, {"pig", "🐷", false}, {"pill", "💊", false},
    {"pinched_fingers", "🤌", true}, {"pinching_hand", "🤏", true}, {"pineapple", "🍍", false}, {"pink_heart", "🩷", false},
    {"pizza", "🍕", false}, {"pleading_face", "🥺", false}, {"point_down", "👇", true}, {"point_left", "👈", true}, {"point_right", "👉", true},
    {"point_up", "☝️", true}, {"point_up_2", "👆", true}, {"police_car", "🚓", false}, {"police_officer", "👮", true}, {"poop", "💩", false},
    {"popcorn", "🍿", false}, {"pound", "💷", false}, {"pray", "🙏", true}, {"prince", "🤴", true}, {"princess", "👸", true},
    {"printer", "🖨️", false}, {"punch", "👊", true}, {"purple_heart", "💜", false}, {"pushpin", "📌", false}, {"question", "❓", false},
    {"rabbit", "🐰", false}, {"radio_button", "🔘", false}, {"rage", "😡", false}, {"railway_track", "🛤️", false}, {"rain_cloud", "🌧️", false},
    {"rainbow", "🌈", false}, {"rainbow-flag", "🏳️‍🌈", false}, {"raised_back_of_hand", "🤚", true}, {"raised_hand", "✋", true},
    {"raised_hand_with_fingers_splayed", "🖐️", true}, {"raised_hands", "🙌", true}, {"raising_hand", "🙋", true}, {"ramen", "🍜", false},
    {"receipt", "🧾", false}, {"recycle", "♻️", false}, {"red_car", "🚗", false}, {"red_circle", "🔴", false}, {"red_heart", "❤️", false},
    {"registered", "®️", false}, {"relaxed", "☺️", false}, {"relieved", "😌", false}, {"reminder_ribbon", "🎗️", false},
    {"repeat", "🔁", false}, {"rewind", "⏪", false}, {"ribbon", "🎀", false}, {"rice", "🍚", false}, {"right-facing_fist", "🤜", true},
    {"ring", "💍", false}, {"robot_face", "🤖", false}, {"rocket", "🚀", false}, {"rofl", "🤣", false}, {"roll_eyes", "🙄", false},
    {"rolling_on_the_floor_laughing", "🤣", false}, {"rose", "🌹", false}, {"rosette", "🏵️", false}, {"rotating_light", "🚨", false},
    {"round_pushpin", "📍", false}, {"ru", "🇷🇺", false}, {"rugby_football", "🏉", false}, {"runner", "🏃", true}, {"running", "🏃", true},
    {"running_shirt_with_sash", "🎽", false}, {"sailboat", "⛵", false}, {"saluting_face", "🫡", false}, {"sandwich", "🥪", false},
    {"santa", "🎅", true}, {"satellite_antenna", "📡", false}, {"satisfied", "😆", false}, {"scales", "⚖️", false}, {"school", "🏫", false},
    {"scissors", "✂️", false}, {"scooter", "🛴", false}, {"scream", "😱", false}, {"scream_cat", "🙀", false},
    {"second_place_medal", "🥈", false}, {"see_no_evil", "🙈", false}, {"seedling", "🌱", false}, {"selfie", "🤳", true},
    {"seven", "7️⃣", false}, {"shaking_face", "🫨", false}, {"shamrock", "☘️", false}, {"shark", "🦈", false}, {"shield", "🛡️", false},
    {"ship", "🚢", false}, {"shirt", "👕", false}, {"shopping_trolley", "🛒", false}, {"shrug", "🤷", true}, {"shushing_face", "🤫", false},
    {"sign_of_the_horns", "🤘", true}, {"signal_strength", "📶", false}, {"simple_smile", "🙂", false}, {"six", "6️⃣", false},
    {"ski", "⛷️", false}, {"skin-tone-2", "🏻", false}, {"skin-tone-3", "🏼", false}, {"skin-tone-4", "🏽", false}, {"skin-tone-5", "🏾", false},
    {"skin-tone-6", "🏿", false}, {"skull", "💀", false}, {"skull_and_crossbones", "☠️", false}, {"sled", "🛷", false},
    {"sleeping", "😴", false}, {"sleepy", "😪", false}, {"sleuth_or_spy", "🕵️", true}, {"slightly_frowning_face", "🙁", false},
    {"slightly_smiling_face", "🙂", false}, {"sloth", "🦥", false}, {"small_blue_diamond", "🔹", false}, {"small_orange_diamond", "🔸", false},
    {"smile", "😄", false}, {"smile_cat", "😸", false}, {"smiley", "😃", false}, {"smiley_cat", "😺", false},
    {"smiling_face_with_3_hearts", "🥰", false}, {"smiling_face_with_tear", "🥲", false}, {"smiling_face_with_three_hearts", "🥰", false},
    {"smiling_imp", "😈", false}, {"smirk", "😏", false}, {"snail", "🐌", false}, {"snake", "🐍", false}, {"sneezing_face", "🤧", false},
    {"snowboarder", "🏂", false}, {"snowflake", "❄️", false}, {"snowman", "⛄", false}, {"soap", "🧼", false}, {"sob", "😭", false},
    {"soccer", "⚽", false}, {"soon", "🔜", false}, {"sos", "🆘", false}, {"spaghetti", "🍝", false}, {"sparkler", "🎇", false},
    {"sparkles", "✨", false}, {"sparkling_heart", "💖", false}, {"speak_no_evil", "🙊", false}, {"speaking_head_in_silhouette", "🗣️", false},
    {"speech_balloon", "💬", false}, {"spiral_calendar_pad", "🗓️", false}, {"spiral_note_pad", "🗒️", false}, {"spock-hand", "🖖", true},
    {"sponge", "🧽", false}, {"sports_medal", "🏅", false}, {"stadium", "🏟️", false}, {"star", "⭐", false}, {"star-struck", "🤩", false},
    {"star2", "🌟", false}, {"stars", "🌠", false}, {"station", "🚉", false}, {"steam_locomotive", "🚂", false}, {"stopwatch", "⏱️", false},
    {"straight_ruler", "📏", false}, {"strawberry", "🍓", false}, {"stuck_out_tongue", "😛", false},
    {"stuck_out_tongue_closed_eyes", "😝", false}, {"stuck_out_tongue_winking_eye", "😜", false}, {"student", "🧑‍🎓", true},
    {"studio_microphone", "🎙️", false}, {"sun_with_face", "🌞", false}, {"sunflower", "🌻", false}, {"sunglasses", "😎", false},
    {"sunny", "☀️", false}, {"sunrise", "🌅", false}, {"superhero", "🦸", true}, {"surfer", "🏄", true}, {"sushi", "🍣", false},
    {"sweat", "😓", false}, {"sweat_drops", "💦", false}, {"sweat_smile", "😅", false}, {"swimmer", "🏊", true}, {"syringe", "💉", false},
    {"table_tennis_paddle_and_ball", "🏓", false}, {"taco", "🌮", false}, {"tada", "🎉", false}, {"tangerine", "🍊", false},
    {"taxi", "🚕", false}, {"tea", "🍵", false}, {"teacher", "🧑‍🏫", true}, {"teapot", "🫖", false}, {"technologist", "🧑‍💻", true},
    {"teddy_bear", "🧸", false}, {"telephone", "☎️", false}, {"telephone_receiver", "📞", false}, {"telescope", "🔭", false},
    {"tennis", "🎾", false}, {"test_tube", "🧪", false}, {"the_horns", "🤘", true}, {"thinking", "🤔", false}, {"thinking_face", "🤔", false},
    {"third_place_medal", "🥉", false}, {"thought_balloon", "💭", false}, {"thread", "🧵", false}, {"three", "3️⃣", false},
    {"thumbsdown", "👎", true}, {"thumbsup", "👍", true}, {"thunder_cloud_and_rain", "⛈️", false}, {"ticket", "🎫", false},
    {"tiger", "🐯", false}, {"timer_clock", "⏲️", false}, {"tired_face", "😫", false}, {"tm", "™️", false}, {"toilet", "🚽", false},
    {"tomato", "🍅", false}, {"tongue", "👅", false}, {"toolbox", "🧰", false}, {"top", "🔝", false}, {"tophat", "🎩", false},
    {"tractor", "🚜", false}, {"traffic_light", "🚥", false}, {"train", "🚋", false}, {"train2", "🚆", false},
    {"triangular_flag_on_post", "🚩", false}, {"triumph", "😤", false}, {"trophy", "🏆", false}, {"tropical_drink", "🍹", false},
    {"truck", "🚚", false}, {"trumpet", "🎺", false}, {"tulip", "🌷", false}, {"tumbler_glass", "🥃", false}, {"turtle", "🐢", false},
    {"tv", "📺", false}, {"two", "2️⃣", false}, {"two_hearts", "💕", false}, {"uk", "🇬🇧", false}, {"umbrella", "☂️", false},
    {"umbrella_with_rain_drops", "☔", false}, {"unamused", "😒", false}, {"unicorn_face", "🦄", false}, {"unlock", "🔓", false},
    {"up", "🆙", false}, {"upside_down_face", "🙃", false}, {"us", "🇺🇸", false}, {"v", "✌️", true}, {"vertical_traffic_light", "🚦", false},
    {"video_camera", "📹", false}, {"video_game", "🎮", false}, {"volleyball", "🏐", false}, {"vs", "🆚", false}, {"vulcan_salute", "🖖", true},
    {"walking", "🚶", true}, {"warning", "⚠️", false}, {"wastebasket", "🗑️", false}, {"watch", "⌚", false}, {"watermelon", "🍉", false},
    {"wave", "👋", true}, {"waving_white_flag", "🏳️", false}, {"weary", "😩", false}, {"weight_lifter", "🏋️", true}, {"whale", "🐳", false},
    {"wheelchair", "♿", false}, {"white_check_mark", "✅", false}, {"white_circle", "⚪", false}, {"white_flag", "🏳️", false},
    {"white_frowning_face", "☹️", false}, {"white_heart", "🤍", false}, {"white_square_button", "🔳", false}, {"wine_glass", "🍷", false},
    {"wink", "😉", false}, {"wolf", "🐺", false}, {"woman", "👩", true}, {"woman-facepalming", "🤦‍♀️", true},
    {"woman-raising-hand", "🙋‍♀️", true}, {"woman-running", "🏃‍♀️", true}, {"woman-shrugging", "🤷‍♀️", true}, {"woozy_face", "🥴", false},
    {"world_map", "🗺️", false}, {"worried", "😟", false}, {"wrench", "🔧", false}, {"wrestlers", "🤼", false}, {"writing_hand", "✍️", true},
    {"x", "❌", false}, {"yarn", "🧶", false}, {"yawning_face", "🥱", false}, {"yellow_heart", "💛", false}, {"yin_yang", "☯️", false},
    {"yum", "😋", false}, {"zany_face", "🤪", false}, {"zap", "⚡", false}, {"zero", "0️⃣", false}, {"zipper_mouth_face", "🤐", false},
    {"zzz", "💤", false},
};

/* ---- one name ---- */

static int compare(const void *name, const void *row) {
  return strcmp(name, ((const struct emoji *)row)->name);
}

static const struct emoji *find(const char *name) {
  return bsearch(name, table, ARRAY_LEN(table), sizeof table[0], compare);
}

const char *slack_emoji_name(size_t i) {
  return i < ARRAY_LEN(table) ? table[i].name : NULL;
}

/* ":skin-tone-3:" at `at`: which one; 0: none. */
static char tone_at(const char *at, size_t bytes) {
  size_t mark = sizeof TONE - 1;
  bool is = bytes >= mark + 2 && memcmp(at, TONE, mark) == 0 && at[mark] >= TONE_FIRST && at[mark] <= TONE_LAST && at[mark + 1] == ':';
  return is ? at[mark] : '\0';
}

static size_t first_character(const char *shown) {
  size_t bytes = 1;
  while (((unsigned char)shown[bytes] & 0xc0) == 0x80) bytes++;
  return bytes;
}

static void add_toned(struct text *text, const struct emoji *emoji, char tone) {
  size_t first = first_character(emoji->shown);
  const char swatch[] = {(char)0xf0, (char)0x9f, (char)0x8f, (char)(0xbb + (tone - TONE_FIRST))}, *rest = emoji->shown + first;
  if (strncmp(rest, COLOURED, sizeof COLOURED - 1) == 0) rest += sizeof COLOURED - 1;
  text_add_n(text, emoji->shown, first);
  text_add_n(text, swatch, sizeof swatch);
  text_add(text, rest);
}

/* A country's flag is its two letters, in letters of their own. */
static bool add_flag(struct text *text, const char *name) {
  const char *country = name + sizeof FLAG - 1;
  if (strncmp(name, FLAG, sizeof FLAG - 1) != 0 || strlen(country) != 2) return false;
  if (!islower((unsigned char)country[0]) || !islower((unsigned char)country[1])) return false;
  for (int i = 0; i < 2; i++) {
    const char letter[] = {(char)0xf0, (char)0x9f, (char)0x87, (char)(0xa6 + (country[i] - 'a'))};
    text_add_n(text, letter, sizeof letter);
  }
  return true;
}

/* ---- a word ---- */

static bool may_stand_in_name(char c) {
  return islower((unsigned char)c) || isdigit((unsigned char)c) || c == '_' || c == '-' || c == '+';
}

/* Between two letters or digits, or as part of a number, a colon is a colon. */
static bool stands_free(const char *word, size_t from, size_t behind, size_t bytes) {
  unsigned char before = from > 0 ? (unsigned char)word[from - 1] : ' ', after = behind < bytes ? (unsigned char)word[behind] : ' ';
  size_t digits = 0;
  while (isdigit((unsigned char)word[from + 1 + digits])) digits++;
  bool number = from + 1 + digits + 1 == behind;
  return !(isalnum(before) && isalnum(after)) && !(number && (isdigit(before) || isdigit(after)));
}

/* Adds the emoji whose name begins with the colon at `from`; the bytes it took, 0: none. */
static size_t add_emoji(struct text *text, const char *word, size_t from, size_t bytes) {
  char name[NAME_BYTES_MAX + 1];
  size_t length = 0, at = from + 1;
  while (at + length < bytes && length < NAME_BYTES_MAX && may_stand_in_name(word[at + length])) length++;
  size_t behind = at + length + 1;
  if (length == 0 || behind > bytes || word[behind - 1] != ':' || !stands_free(word, from, behind, bytes)) return 0;
  memcpy(name, word + at, length);
  name[length] = '\0';
  const struct emoji *emoji = find(name);
  if (emoji == NULL) return add_flag(text, name) ? behind - from : 0;
  char tone = emoji->tone ? tone_at(word + behind, bytes - behind) : '\0';
  if (tone == '\0') text_add(text, emoji->shown);
  else add_toned(text, emoji, tone);
  return behind - from + (tone == '\0' ? 0 : sizeof TONE - 1 + 2);
}

static void add_word(struct text *text, const char *word, size_t bytes) {
  bool address = memmem(word, bytes, "://", 3) != NULL;
  for (size_t at = 0; at < bytes;) {
    const char *colon = address ? NULL : memchr(word + at, ':', bytes - at);
    size_t plain = colon == NULL ? bytes - at : (size_t)(colon - word) - at;
    text_add_n(text, word + at, plain);
    at += plain;
    if (colon == NULL) return;
    size_t used = add_emoji(text, word, at, bytes);
    if (used == 0) text_add_n(text, ":", used = 1);
    at += used;
  }
}

const char *slack_emoji_shown(const char *plain, struct arena *arena) {
  const char *colon = strchr(plain, ':');
  if (colon == NULL || strchr(colon + 1, ':') == NULL) return plain;
  CLEANUP(text_done) struct text text;
  text_init(&text, GROWS * strlen(plain) + 1);
  while (*plain != '\0') {
    size_t space = strspn(plain, " \t\n"), word = strcspn(plain + space, " \t\n");
    text_add_n(&text, plain, space);
    add_word(&text, plain + space, word);
    plain += space + word;
  }
  return arena_text(arena, text_str(&text));
}
