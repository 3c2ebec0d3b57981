#include "cli/handlers.hpp"
#include "cli/lines.hpp"
#include "cli/print.hpp"
#include "cli/remote.hpp"
#include "cli/screen.hpp"
#include "cli/table.hpp"
#include "cli/text.hpp"

#include <algorithm>

namespace fairgate::cli {

namespace {

/// What the list shows now, and what was typed.
struct View {
    std::string filter;
    bool typing_filter = false;
    std::size_t chosen = 0;
    std::size_t first = 0;  ///< the row at the top of the list
    boost::json::array rows;
    std::string trouble;
};

std::span<const Column> columns_of(const Command& command) {
    return {command.columns.begin(), command.columns.end()};
}

Result<json::Value> ask_for_rows(Context& context, const Invocation& invocation) {
    auto api = context.around.connect(api_settings(context, invocation));
    if (!api) {
        return api.error();
    }
    const std::string by = invocation.flag("by").value_or("devices");
    http::Request request = request_of(invocation);
    request.target += request.target.find('?') == std::string::npos ? "?" : "&";
    request.target += "online=true&sort=" + std::string(by == "name" ? "" : "-") + by;
    request.target += invocation.has("limit") ? "" : "&limit=1000";
    auto answer = (*api)->ask(std::move(request));
    context.look.now = (*api)->daemon_time().value_or(context.look.now);
    return answer;
}

void refresh(Context& context, const Invocation& invocation, View& view) {
    const auto answer = ask_for_rows(context, invocation);
    view.trouble = answer ? "" : error_text(answer.error(), context.look.color);
    if (!answer || !data_of(*answer).is_array()) {
        return;
    }
    view.rows.clear();
    for (const json::Value& row : data_of(*answer).as_array()) {
        const json::Value& name = value_at(row, "account");
        if (view.filter.empty() ||
            (name.is_string() &&
             std::string_view(name.as_string()).find(view.filter) != std::string_view::npos)) {
            view.rows.push_back(row);
        }
    }
    view.chosen = std::min(view.chosen, view.rows.empty() ? 0 : view.rows.size() - 1);
}

// The line that counts, an empty one, the titles; and the last line of a terminal stays free.
constexpr std::size_t lines_around = 4;

/// Moves the part that is shown so that the chosen row is in it.
void scroll(View& view, std::size_t height) {
    const std::size_t room = height > lines_around ? height - lines_around : 1;
    view.first = std::min(view.first, view.chosen);
    view.first = std::max(view.first, view.chosen + 1 > room ? view.chosen + 1 - room : 0);
}

std::string screen_text(const Context& context, const Invocation& invocation, const View& view) {
    if (!view.trouble.empty()) {
        return view.trouble;
    }
    std::string text = std::to_string(view.rows.size()) + " online";
    text += view.filter.empty() && !view.typing_filter ? "" : "   /" + printable(view.filter);
    text += view.typing_filter ? "_   Enter done  Esc all\n\n"
                               : "   q quit  / filter  up down choose  Enter why\n\n";
    Look look = context.look;
    look.columns -= std::min<std::size_t>(look.columns, 2);
    const std::string table = table_text(columns_of(*invocation.command), view.rows, look);
    std::size_t number = 0;
    for (std::size_t at = 0; at < table.size(); ++number) {
        const std::size_t end = std::min(table.find('\n', at), table.size());
        if (number == 0 || number > view.first) {
            const bool chosen = number == view.chosen + 1;
            text += (chosen ? "> " : "  ") + table.substr(at, end - at) + "\n";
        }
        at = end + 1;
    }
    return text;
}

enum class After { go_on, quit, interrupted, why };

After take_filter_key(View& view, const Key& key) {
    if (key.kind == Key::Kind::letter) {
        view.filter += key.letter;
    } else if (key.kind == Key::Kind::backspace && !view.filter.empty()) {
        view.filter.pop_back();
    } else if (key.kind == Key::Kind::enter || key.kind == Key::Kind::escape) {
        view.typing_filter = false;
        view.filter = key.kind == Key::Kind::escape ? "" : view.filter;
    }
    return key.kind == Key::Kind::interrupt ? After::interrupted : After::go_on;
}

After take_key(View& view, const Key& key) {
    if (view.typing_filter) {
        return take_filter_key(view, key);
    }
    switch (key.kind) {
        case Key::Kind::interrupt:
            return After::interrupted;
        case Key::Kind::up:
            view.chosen -= view.chosen > 0 ? 1U : 0U;
            return After::go_on;
        case Key::Kind::down:
            view.chosen += view.chosen + 1 < view.rows.size() ? 1U : 0U;
            return After::go_on;
        case Key::Kind::page_up:
            view.chosen -= std::min<std::size_t>(view.chosen, 10);
            return After::go_on;
        case Key::Kind::page_down:
            view.chosen = std::min(view.chosen + 10, view.rows.empty() ? 0 : view.rows.size() - 1);
            return After::go_on;
        case Key::Kind::enter:
            return view.rows.empty() ? After::go_on : After::why;
        case Key::Kind::letter:
            view.typing_filter = key.letter == '/';
            return key.letter == 'q' ? After::quit : After::go_on;
        case Key::Kind::none:
        case Key::Kind::backspace:
        case Key::Kind::escape:
            break;
    }
    return After::go_on;
}

/// Why the chosen account is as it is, page by page, until a key is pressed that ends it. Gives
/// what is to happen then.
After show_why(Context& context, const Invocation& invocation, const View& view, Screen& screen) {
    Invocation why = invocation;
    why.command = find_command("why");
    const json::Value& name = value_at(view.rows[view.chosen], "account");
    why.arguments["subject"] = {name.is_string() ? std::string(name.as_string()) : ""};
    const auto answer = ask(context, why);
    const std::string rest = answer ? prose(why_text(data_of(*answer), context.look), context.look)
                                    : error_text(answer.error(), context.look.color);
    std::vector<std::size_t> lines{0};
    for (std::size_t at = rest.find('\n'); at != std::string::npos; at = rest.find('\n', at + 1)) {
        lines.push_back(at + 1);
    }
    std::size_t first = 0;
    while (true) {
        screen.draw("q back  up down scroll\n\n" + rest.substr(lines[first]));
        const Key key = screen.wait(std::chrono::seconds(2));
        const bool more = first + 3 < lines.size();
        switch (key.kind) {
            case Key::Kind::interrupt:
                return After::interrupted;
            case Key::Kind::up:
            case Key::Kind::page_up:
                first -= std::min<std::size_t>(first, key.kind == Key::Kind::up ? 1 : 10);
                break;
            case Key::Kind::down:
            case Key::Kind::page_down:
                first =
                    more
                        ? std::min(first + (key.kind == Key::Kind::down ? 1 : 10), lines.size() - 3)
                        : first;
                break;
            case Key::Kind::none:
                break;
            case Key::Kind::letter:
            case Key::Kind::enter:
            case Key::Kind::backspace:
            case Key::Kind::escape:
                return After::go_on;
        }
    }
}

}  // namespace

int run_top(Context& context, const Invocation& invocation) {
    const bool full_screen =
        context.around.terminal.out && context.around.terminal.in && context.look.for_people();
    if (!full_screen) {
        const auto answer = ask_for_rows(context, invocation);
        if (!answer) {
            return fail(context, answer.error());
        }
        print(context, *invocation.command, *answer, [&](const json::Value& data) {
            return table_text(
                columns_of(*invocation.command),
                data.is_array() ? data.as_array() : boost::json::array{},
                context.look
            );
        });
        return 0;
    }
    View view;
    After after = After::go_on;
    {
        Screen screen(context);
        Key key;
        while (after == After::go_on) {
            context.look.now = context.around.clock->now();
            context.look.columns = screen.columns();
            if (key.kind == Key::Kind::none || view.typing_filter || view.rows.empty()) {
                refresh(context, invocation, view);
            }
            scroll(view, screen.rows());
            screen.draw(screen_text(context, invocation, view));
            key = screen.wait(std::chrono::seconds(2));
            after = take_key(view, key);
            if (key.kind == Key::Kind::escape || key.kind == Key::Kind::backspace) {
                refresh(context, invocation, view);  // the filter holds fewer back
            }
            if (after == After::why) {
                after = show_why(context, invocation, view, screen);
            }
        }
    }
    return after == After::interrupted ? 130 : 0;
}

}  // namespace fairgate::cli
