#pragma once

/// What every store promises, as tests. A store's own test includes this and says how one is made:
///     INSTANTIATE_TEST_SUITE_P(memory, StoreContract, testing::Values(&make_store));
#include "store/contract_flow.hpp"
#include "store/contract_settings.hpp"
