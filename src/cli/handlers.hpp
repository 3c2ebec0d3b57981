#pragma once

#include "cli/command.hpp"

/// The functions behind the table of commands.
namespace fairgate::cli {

int run_list(Context& context, const Invocation& invocation);    ///< a list from the daemon
int run_record(Context& context, const Invocation& invocation);  ///< one thing from the daemon
int run_change(Context& context, const Invocation& invocation);  ///< a change the daemon makes

int run_status(Context& context, const Invocation& invocation);
int run_top(Context& context, const Invocation& invocation);
int run_why(Context& context, const Invocation& invocation);
int run_undo(Context& context, const Invocation& invocation);
int run_watch(Context& context, const Invocation& invocation);
int run_decision_show(Context& context, const Invocation& invocation);
int run_account_show(Context& context, const Invocation& invocation);
int run_limit_show(Context& context, const Invocation& invocation);
int run_limit_change(Context& context, const Invocation& invocation);
int run_limit_preview(Context& context, const Invocation& invocation);
int run_preview(Context& context, const Invocation& invocation);
int run_source_test(Context& context, const Invocation& invocation);
int run_source_tail(Context& context, const Invocation& invocation);
int run_block_check(Context& context, const Invocation& invocation);
int run_doctor(Context& context, const Invocation& invocation);

int run_setup(Context& context, const Invocation& invocation);
int run_config_check(Context& context, const Invocation& invocation);
int run_config_show(Context& context, const Invocation& invocation);
int run_config_schema(Context& context, const Invocation& invocation);
int run_replay(Context& context, const Invocation& invocation);
int run_explain(Context& context, const Invocation& invocation);
int run_import(Context& context, const Invocation& invocation);
int run_demo(Context& context, const Invocation& invocation);
int run_agent(Context& context, const Invocation& invocation);
int run_node_show(Context& context, const Invocation& invocation);
int run_node_join(Context& context, const Invocation& invocation);
int run_daemon(Context& context, const Invocation& invocation);
int run_completion(Context& context, const Invocation& invocation);
int run_man(Context& context, const Invocation& invocation);
int run_version(Context& context, const Invocation& invocation);
int run_help(Context& context, const Invocation& invocation);

}  // namespace fairgate::cli
