#include "store/memory/store.hpp"

#include "store/contract.hpp"

namespace fairgate::store {

INSTANTIATE_TEST_SUITE_P(memory, StoreContract, testing::Values(&memory::make_store));

}  // namespace fairgate::store
